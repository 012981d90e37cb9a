; resources and data are named by their second label, with their type as scope
((block (identifier) @_kind
  . (string_lit (template_literal) @scope) . (string_lit (template_literal) @name)
  . (block_start) @body) @definition.resource
  (#any-of? @_kind "data" "ephemeral" "resource" "source"))

; what has one label
((block (identifier) @_kind . (string_lit (template_literal) @name) . (block_start) @body)
  @definition.variable
  (#eq? @_kind "variable"))
((block (identifier) @_kind . (string_lit (template_literal) @name) . (block_start) @body)
  @definition.output
  (#eq? @_kind "output"))
((block (identifier) @_kind . (string_lit (template_literal) @name) . (block_start) @body)
  @definition.module
  (#eq? @_kind "module"))
((block (identifier) @_kind
  (body (attribute (identifier) @name) @definition.variable))
  (#eq? @_kind "locals"))

; docstrings
(comment) @comment

; modules that come from elsewhere, and providers
((block (identifier) @_kind (body (attribute (identifier) @_source
  (expression (literal_value (string_lit (template_literal) @module.use))))))
  (#eq? @_kind "module")
  (#eq? @_source "source"))
((block (identifier) @_kind . (string_lit (template_literal) @reference.import @module.require))
  (#eq? @_kind "provider"))

; references
(function_call (identifier) @reference.call)
(get_attr (identifier) @reference.attribute)
(variable_expr (identifier) @reference.identifier)
(block (string_lit (template_literal) @reference.type))
