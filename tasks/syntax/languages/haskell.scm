; what stands open over many nodes is asked of them alone
(declarations) @_root
(class_declarations) @_root
(instance_declarations) @_root

; modules: the header alone is the module's node, it is nobody's scope but its exports'
(header module: (module) @name) @definition.module

; types and their constructors
(data_type name: [(name) @name (prefix_id (_) @name)]) @definition.type
(data_type patterns: (_) . ["=" "where"] @body)
(newtype name: [(name) @name (prefix_id (_) @name)]) @definition.type
(newtype "=" @body)
(type_synomym name: [(name) @name (prefix_id (_) @name)]) @definition.type
(type_family name: [(name) @name (prefix_id (_) @name)]) @definition.type
(data_family name: [(name) @name (prefix_id (_) @name)]) @definition.type
(data_constructor
  constructor: [
    (prefix name: [(constructor) @name (prefix_id (_) @name)])
    (record name: [(constructor) @name (prefix_id (_) @name)])
    (infix operator: (_) @name)
  ]) @definition.enumerator
(newtype_constructor name: [(constructor) @name (prefix_id (_) @name)]) @definition.enumerator
(gadt_constructor name: [(constructor) @name (prefix_id (_) @name)]) @definition.enumerator
(gadt_constructor
  names: (binding_list name: [(constructor) @name (prefix_id (_) @name)])) @definition.enumerator
(field name: (field_name [(variable) @name (prefix_id (_) @name)])) @definition.field

; classes and instances
(class name: [(name) @name (prefix_id (_) @name)]) @definition.trait
(class declarations: (_) @body)
(instance name: [
  (name) @name
  (prefix_id (_) @name)
  (qualified id: (_) @name)
]) @definition.impl
(instance declarations: (_) @body)

; functions; their signatures are prototypes
(declarations (signature name: [(variable) @name (prefix_id (_) @name)]) @definition.prototype)
(declarations
  (signature
    names: (binding_list name: [(variable) @name (prefix_id (_) @name)])) @definition.prototype)
(declarations (function name: [(variable) @name (prefix_id (_) @name)]) @definition.function)
(declarations (function (infix operator: (_) @name)) @definition.function)
(declarations (bind name: [(variable) @name (prefix_id (_) @name)]) @definition.function)
(foreign_import
  signature: (signature name: [(variable) @name (prefix_id (_) @name)])) @definition.prototype
(pattern_synonym
  (equation synonym: [
    (constructor) @name
    (apply function: [
      (constructor) @name
      (apply function: [(constructor) @name (apply function: (constructor) @name)])
    ])
    (infix operator: (_) @name)
    (record constructor: (constructor) @name)
  ])) @definition.function
(pattern_synonym
  (signature synonym: [(constructor) @name (prefix_id (_) @name)])) @definition.prototype

(function (match) @body)
(bind (match) @body)

; further clauses; comments may stand between
((function name: (variable) @_before)
  . (function name: (variable) @_name) @definition.clause
  (#eq? @_before @_name))
((function name: (variable) @_before)
  . [(comment) (haddock)]+
  . (function name: (variable) @_name) @definition.clause
  (#eq? @_before @_name))

; members of classes and instances
(class_declarations
  (signature name: [(variable) @name (prefix_id (_) @name)]) @definition.method)
(class_declarations
  (signature
    names: (binding_list name: [(variable) @name (prefix_id (_) @name)])) @definition.method)
(class_declarations (function name: [(variable) @name (prefix_id (_) @name)]) @definition.method)
(class_declarations (function (infix operator: (_) @name)) @definition.method)
(class_declarations (bind name: [(variable) @name (prefix_id (_) @name)]) @definition.method)
(instance_declarations (function name: [(variable) @name (prefix_id (_) @name)]) @definition.method)
(instance_declarations (function (infix operator: (_) @name)) @definition.method)
(instance_declarations (bind name: [(variable) @name (prefix_id (_) @name)]) @definition.method)

; docstrings
(haddock) @comment
(comment) @comment

; imports
(import module: (module) @module.import)
(import_name [
  (variable) @reference.import
  (name) @reference.import
  (prefix_id (_) @reference.import)
])

; references
(apply function: [
  (variable) @reference.call
  (qualified id: (variable) @reference.call)
])
(infix left_operand: (_) (infix_id [
  (variable) @reference.call
  (qualified id: (variable) @reference.call)
]))
(deriving classes: [
  (name) @reference.inherit
  (tuple (name) @reference.inherit)
])
(name) @reference.type
(constructor) @reference.identifier
(variable) @reference.identifier
(operator) @reference.identifier
(constructor_operator) @reference.identifier
