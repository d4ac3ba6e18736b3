"""The troubles, by what they lay their hands on."""
