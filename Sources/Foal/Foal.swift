@_exported public import Agents
@_exported public import Networks
@_exported public import Tensors
@_exported public import Environments
