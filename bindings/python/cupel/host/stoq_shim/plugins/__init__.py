"""stoq.plugins: the eight base classes, and the manager."""

from cupel.host.stoq_shim.plugins.base import StoqPluginBase
from cupel.host.stoq_shim.plugins.carver import StoqCarverPlugin
from cupel.host.stoq_shim.plugins.connector import StoqConnectorPlugin
from cupel.host.stoq_shim.plugins.decoder import StoqDecoderPlugin
from cupel.host.stoq_shim.plugins.decorator import StoqDecoratorPlugin
from cupel.host.stoq_shim.plugins.extractor import StoqExtractorPlugin
from cupel.host.stoq_shim.plugins.manager import StoqPluginManager
from cupel.host.stoq_shim.plugins.reader import StoqReaderPlugin
from cupel.host.stoq_shim.plugins.source import StoqSourcePlugin
from cupel.host.stoq_shim.plugins.worker import StoqWorkerPlugin

__all__ = [
    "StoqCarverPlugin", "StoqConnectorPlugin", "StoqDecoderPlugin",
    "StoqDecoratorPlugin", "StoqExtractorPlugin", "StoqPluginBase",
    "StoqPluginManager", "StoqReaderPlugin", "StoqSourcePlugin",
    "StoqWorkerPlugin",
]
