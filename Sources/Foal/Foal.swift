@_exported public import Tensors
@_exported public import Environments
