"""Atlas: makes tool-using LLM agents measurably better from their own experience."""

from atlas.discovery.decorators import agent, environment
from atlas.discovery.protocols import AtlasAgentProtocol, AtlasEnvironmentProtocol, DiscoveryContext

__all__ = ["AtlasAgentProtocol", "AtlasEnvironmentProtocol", "DiscoveryContext", "agent", "environment"]
__version__ = "0.1.0"
