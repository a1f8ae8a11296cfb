"""What tests of several folders share: the cast, worlds, servers."""
