@_exported public import Agents
@_exported public import Checkpoints
@_exported public import Environments
@_exported public import Networks
@_exported public import Policies
@_exported public import Schooling
@_exported public import Tensors
