; namespaces: one that is declared for the whole file holds the file
(namespace_declaration name: (_) @name) @definition.namespace
(compilation_unit
  (file_scoped_namespace_declaration name: (_) @name)) @definition.namespace

; types
(class_declaration name: (identifier) @name body: (_)? @body) @definition.class
(record_declaration name: (identifier) @name body: (_)? @body) @definition.class
(struct_declaration name: (identifier) @name body: (_)? @body) @definition.struct
(interface_declaration name: (identifier) @name body: (_)? @body) @definition.interface
(enum_declaration name: (identifier) @name body: (_)? @body) @definition.enum
(enum_member_declaration name: (identifier) @name) @definition.enumerator
(delegate_declaration name: (identifier) @name) @definition.type

; members
(method_declaration name: (identifier) @name body: (_)? @body) @definition.method
(local_function_statement name: (identifier) @name body: (_)? @body) @definition.function
(constructor_declaration name: (identifier) @name body: (_)? @body) @definition.constructor
(destructor_declaration name: (identifier) @name body: (_)? @body) @definition.method
(operator_declaration operator: _ @name body: (_)? @body) @definition.method
(conversion_operator_declaration
  "operator" @name type: (_) @name.end body: (_)? @body) @definition.method
(field_declaration
  (variable_declaration (variable_declarator name: (identifier) @name) @definition.field))
(event_field_declaration
  (variable_declaration (variable_declarator name: (identifier) @name))) @definition.property
(event_declaration name: (identifier) @name accessors: (_) @body) @definition.property
(property_declaration name: (identifier) @name accessors: (_) @body) @definition.property
(property_declaration
  name: (identifier) @name value: (arrow_expression_clause) @body) @definition.property
(indexer_declaration "this" @name [
  accessors: (_) @body
  value: (arrow_expression_clause) @body
]) @definition.property
(record_declaration
  (parameter_list (parameter name: (identifier) @name) @definition.property))

; macros
(preproc_define (preproc_arg) @name) @definition.macro

; docstrings
(comment) @comment

; imports
(using_directive !name [(identifier) (qualified_name) (alias_qualified_name)] @module.use)
(using_directive
  name: (identifier) @reference.import [(identifier) (qualified_name)] @module.use)
(using_directive [
  (identifier) @reference.import
  (qualified_name name: (identifier) @reference.import)
])
(extern_alias_directive name: (identifier) @reference.import)

; references
(invocation_expression
  function: [
    (identifier) @reference.call
    (generic_name (identifier) @reference.call)
    (member_access_expression
      name: [(identifier) @reference.call (generic_name (identifier) @reference.call)])
    (conditional_access_expression
      (member_binding_expression
        name: [(identifier) @reference.call (generic_name (identifier) @reference.call)]))
  ])
(object_creation_expression
  type: [
    (identifier) @reference.call
    (generic_name (identifier) @reference.call)
    (qualified_name
      name: [(identifier) @reference.call (generic_name (identifier) @reference.call)])
  ])
(attribute
  name: [
    (identifier) @reference.annotation
    (generic_name (identifier) @reference.annotation)
    (qualified_name name: (identifier) @reference.annotation)
  ])
(base_list [
  (identifier) @reference.inherit
  (generic_name (identifier) @reference.inherit)
  (qualified_name
    name: [(identifier) @reference.inherit (generic_name (identifier) @reference.inherit)])
  (primary_constructor_base_type
    type: [
      (identifier) @reference.inherit
      (generic_name (identifier) @reference.inherit)
      (qualified_name
        name: [(identifier) @reference.inherit (generic_name (identifier) @reference.inherit)])
    ])
])
(_ type: [
  (identifier) @reference.type
  (qualified_name name: (identifier) @reference.type)
])
(method_declaration returns: [
  (identifier) @reference.type
  (qualified_name name: (identifier) @reference.type)
])
(generic_name (identifier) @reference.type)
(type_argument_list [
  (identifier) @reference.type
  (qualified_name name: (identifier) @reference.type)
])
(explicit_interface_specifier (identifier) @reference.type)
(type_parameter_constraints_clause (identifier) @reference.type)
(as_expression right: [
  (identifier) @reference.type
  (qualified_name name: (identifier) @reference.type)
])
(is_pattern_expression
  pattern: (constant_pattern [
    (identifier) @reference.type
    (member_access_expression name: (identifier) @reference.type)
  ]))
(member_access_expression
  name: [(identifier) @reference.attribute (generic_name (identifier) @reference.attribute)])
(member_binding_expression name: (identifier) @reference.attribute)
(initializer_expression (assignment_expression left: (identifier) @reference.attribute))
(identifier) @reference.identifier

; words that the grammar takes for names
((alias_qualified_name alias: (identifier) @no.name) (#eq? @no.name "global"))
(preproc_pragma (identifier) @no.name)
