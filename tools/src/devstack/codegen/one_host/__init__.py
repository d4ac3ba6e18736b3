"""One host without Kubernetes: compose and systemd, made from what the manifests say."""
