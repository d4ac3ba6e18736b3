"""What the website and other sites show: files, page metadata, badges, feeds."""
