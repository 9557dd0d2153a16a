"""OSCQuery: the namespace as a tree over HTTP, values pushed over a WebSocket, announced by mDNS. Runs on: event loop.

After the proposal of Vidvox (github.com/Vidvox/OSCQueryProposal), generated from the registry.
"""
