"""Files in: parts, folders, the same file again, manifests; and what programs are told of assets."""
