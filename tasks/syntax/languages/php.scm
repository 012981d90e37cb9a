; namespaces: one without a body holds the file
(namespace_definition name: (_) @name body: (_)) @definition.namespace
(program (namespace_definition name: (_) @name !body)) @definition.namespace

; types
(class_declaration name: (name) @name body: (_) @body) @definition.class
(interface_declaration name: (name) @name body: (_) @body) @definition.interface
(trait_declaration name: (name) @name body: (_) @body) @definition.trait
(enum_declaration name: (name) @name body: (_) @body) @definition.enum
(enum_case name: (name) @name) @definition.enumerator

; functions and methods, also closures under the name of the file's variable that holds them
(function_definition name: (name) @name body: (_) @body) @definition.function
(method_declaration name: (name) @name body: (_)? @body) @definition.method
((method_declaration name: (name) @_name) @definition.constructor (#eq? @_name "__construct"))
(program (expression_statement (assignment_expression
  left: (variable_name (name) @name)
  right: [(anonymous_function body: (_) @body) (arrow_function body: (_) @body)]
) @definition.function))

; properties, constants and variables of a file
(property_declaration
  (property_element name: (variable_name (name) @name))) @definition.property
(property_promotion_parameter name: (variable_name (name) @name @member)) @definition.property
(const_element . (name) @name) @definition.constant
((function_call_expression
  function: (name) @_function
  arguments: (arguments . (argument [
    (string (string_content) @name)
    (encapsed_string (string_content) @name)
  ]))) @definition.constant
  (#eq? @_function "define"))
(program
  (expression_statement (assignment_expression left: (variable_name (name) @name))
    @definition.variable))

; docstrings
(comment) @comment

; imports
(namespace_use_declaration (namespace_use_clause (qualified_name) @module.use))
(namespace_use_declaration (namespace_use_clause . (name) @module.use))
(namespace_use_declaration (namespace_name) @module.use . (namespace_use_group) @module.group)
(namespace_use_group (namespace_use_clause . [(name) (qualified_name)] @module.use))
(namespace_use_clause [
  (name) @reference.import
  (qualified_name (name) @reference.import)
])
; what is computed goes by its last literal
(include_expression [
  (string (string_content) @module.include)
  (encapsed_string (string_content) @module.include .)
  (binary_expression right: [
    (string (string_content) @module.include)
    (encapsed_string (string_content) @module.include .)
  ])
  (parenthesized_expression [
    (string (string_content) @module.include)
    (encapsed_string (string_content) @module.include .)
    (binary_expression right: [
      (string (string_content) @module.include)
      (encapsed_string (string_content) @module.include .)
    ])
  ])
])
(include_once_expression [
  (string (string_content) @module.include)
  (encapsed_string (string_content) @module.include .)
  (binary_expression right: [
    (string (string_content) @module.include)
    (encapsed_string (string_content) @module.include .)
  ])
  (parenthesized_expression [
    (string (string_content) @module.include)
    (encapsed_string (string_content) @module.include .)
    (binary_expression right: [
      (string (string_content) @module.include)
      (encapsed_string (string_content) @module.include .)
    ])
  ])
])
(require_expression [
  (string (string_content) @module.require)
  (encapsed_string (string_content) @module.require .)
  (binary_expression right: [
    (string (string_content) @module.require)
    (encapsed_string (string_content) @module.require .)
  ])
  (parenthesized_expression [
    (string (string_content) @module.require)
    (encapsed_string (string_content) @module.require .)
    (binary_expression right: [
      (string (string_content) @module.require)
      (encapsed_string (string_content) @module.require .)
    ])
  ])
])
(require_once_expression [
  (string (string_content) @module.require)
  (encapsed_string (string_content) @module.require .)
  (binary_expression right: [
    (string (string_content) @module.require)
    (encapsed_string (string_content) @module.require .)
  ])
  (parenthesized_expression [
    (string (string_content) @module.require)
    (encapsed_string (string_content) @module.require .)
    (binary_expression right: [
      (string (string_content) @module.require)
      (encapsed_string (string_content) @module.require .)
    ])
  ])
])

; references
(function_call_expression
  function: [(name) @reference.call (qualified_name (name) @reference.call)])
(member_call_expression name: (name) @reference.call)
(nullsafe_member_call_expression name: (name) @reference.call)
(scoped_call_expression name: (name) @reference.call)
(object_creation_expression [(name) @reference.call (qualified_name (name) @reference.call)])
(attribute [(name) @reference.annotation (qualified_name (name) @reference.annotation)])
(base_clause [(name) @reference.inherit (qualified_name (name) @reference.inherit)])
(class_interface_clause [(name) @reference.inherit (qualified_name (name) @reference.inherit)])
(use_declaration [(name) @reference.inherit (qualified_name (name) @reference.inherit)])
(named_type [(name) @reference.type (qualified_name (name) @reference.type)])
(scoped_call_expression
  scope: [(name) @reference.type (qualified_name (name) @reference.type)])
(scoped_property_access_expression
  scope: [(name) @reference.type (qualified_name (name) @reference.type)])
(scoped_property_access_expression name: (variable_name (name) @reference.attribute))
(class_constant_access_expression
  . [(name) @reference.type (qualified_name (name) @reference.type)])
(class_constant_access_expression (_) . (name) @reference.attribute)
(binary_expression
  "instanceof" right: [(name) @reference.type (qualified_name (name) @reference.type)])
(member_access_expression name: (name) @reference.attribute)
(nullsafe_member_access_expression name: (name) @reference.attribute)
(name) @reference.identifier

; words of the language that the grammar takes for names
((class_constant_access_expression (_) . (name) @no.name) (#match? @no.name "(?i)^class$"))
([
  (function_call_expression function: (name) @no.name)
  (binary_expression right: (name) @no.name)
  (expression_statement (name) @no.name)
] (#match? @no.name "(?i)^(die|empty|eval|exit|isset)$"))
([
  (object_creation_expression (name) @no.name)
  (named_type (name) @no.name)
  (binary_expression "instanceof" right: (name) @no.name)
] (#any-of? @no.name "parent" "self" "static"))
