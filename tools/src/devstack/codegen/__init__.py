"""Files made from definitions: documentation, configuration, manifests, dashboards."""
