"""Lists of packages and advisories: filters, pages, whole exports."""
