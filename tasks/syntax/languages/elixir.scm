; everything is a call: modules, protocols and what implements them
((call
  target: (identifier) @_word (arguments . (alias) @name) (do_block) @body) @definition.module
  (#eq? @_word "defmodule"))
((call
  target: (identifier) @_word (arguments . (alias) @name) (do_block) @body) @definition.protocol
  (#eq? @_word "defprotocol"))
((call
  target: (identifier) @_word (arguments . (alias) @name) (do_block) @body) @definition.impl
  (#eq? @_word "defimpl"))

; functions and macros, with a guard and without one
((call
  target: (identifier) @_word
  (arguments . [
    (identifier) @name
    (call target: (identifier) @name)
    (binary_operator
      left: [(identifier) @name (call target: (identifier) @name)] operator: "when")
  ])
  (do_block)? @body) @definition.function
  (#any-of? @_word "def" "defp" "defdelegate" "defn" "defnp"))
((call
  target: (identifier) @_word
  (arguments . [
    (identifier) @name
    (call target: (identifier) @name)
    (binary_operator
      left: [(identifier) @name (call target: (identifier) @name)] operator: "when")
  ])
  (do_block)? @body) @definition.macro
  (#any-of? @_word "defmacro" "defmacrop" "defguard" "defguardp"))

; types, callbacks and the fields of structs and exceptions
(unary_operator operator: "@" operand: (call
  target: (identifier) @_word
  (arguments (binary_operator left: [
    (identifier) @name
    (call target: (identifier) @name)
  ]))) @definition.type
  (#any-of? @_word "type" "typep" "opaque"))
(unary_operator operator: "@" operand: (call
  target: (identifier) @_word
  (arguments (binary_operator left: (call target: (identifier) @name)))) @definition.prototype
  (#any-of? @_word "callback" "macrocallback"))
((call
  target: (identifier) @_word
  (arguments (list [
    (atom) @name @definition.field
    (keywords (pair key: (keyword) @name) @definition.field)
  ])))
  (#any-of? @_word "defstruct" "defexception"))

; docstrings
(comment) @comment
((unary_operator operator: "@" operand: (call target: (identifier) @_word)) @comment
  (#any-of? @_word "doc" "spec" "impl"))
(call (do_block (unary_operator operator: "@" operand: (call
  target: (identifier) @_word (arguments [(string) (sigil)] @doc))))
  (#eq? @_word "moduledoc"))

; imports
((call
  target: (identifier) @_word
  (arguments . [
    (alias) @module.import
    (dot left: (alias) @module.import right: (tuple (alias) @module.import) @module.group)
  ]))
  (#any-of? @_word "alias" "import"))
((call
  target: (identifier) @_word
  (arguments . [
    (alias) @module.use
    (dot left: (alias) @module.use right: (tuple (alias) @module.use) @module.group)
  ]))
  (#eq? @_word "use"))
((call
  target: (identifier) @_word
  (arguments . [
    (alias) @module.require
    (dot left: (alias) @module.require right: (tuple (alias) @module.require) @module.group)
  ]))
  (#eq? @_word "require"))
((call
  target: (identifier) @_word
  (arguments . [
    (alias) @reference.import
    (dot right: (tuple (alias) @reference.import))
  ]))
  (#any-of? @_word "alias" "import" "require" "use"))

; references
(call target: (identifier) @reference.call)
(call target: (dot right: (identifier) @reference.call))
(unary_operator operator: "@" operand: [
  (identifier) @reference.attribute
  (call target: (identifier) @reference.annotation)
])
((unary_operator operator: "@" operand: (call
  target: (identifier) @_word (arguments (alias) @reference.inherit)))
  (#eq? @_word "behaviour"))
(alias) @reference.type
(identifier) @reference.identifier
