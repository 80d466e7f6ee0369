"""What an asset is: its versions, pages, words, audience, and who may see it."""
