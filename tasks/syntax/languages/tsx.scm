; functions, also anonymous ones under the name that they are bound to
(function_declaration name: (identifier) @name body: (_) @body) @definition.function
(generator_function_declaration name: (identifier) @name body: (_) @body) @definition.function
(function_signature name: (identifier) @name) @definition.function
(variable_declarator
  name: (identifier) @name
  value: [
    (arrow_function body: (_) @body)
    (function_expression body: (_) @body)
    (generator_function body: (_) @body)
  ]) @definition.function
(assignment_expression
  left: (identifier) @name
  right: [
    (arrow_function body: (_) @body)
    (function_expression body: (_) @body)
  ]) @definition.function

; named function and class expressions where nothing else names them
(arguments (function_expression name: (identifier) @name body: (_) @body) @definition.function)
(arguments (class name: (type_identifier) @name body: (_) @body) @definition.class)
(return_statement
  (function_expression name: (identifier) @name body: (_) @body) @definition.function)
(return_statement (class name: (type_identifier) @name body: (_) @body) @definition.class)
(parenthesized_expression
  (function_expression name: (identifier) @name body: (_) @body) @definition.function)
(arrow_function body: (class name: (type_identifier) @name body: (_) @body) @definition.class)
(arrow_function
  body: (function_expression name: (identifier) @name body: (_) @body) @definition.function)

; the own name of what is bound to another one is neither a symbol nor a use
(variable_declarator
  name: (identifier)
  value: [
    (function_expression name: (identifier) @name @definition.clause)
    (generator_function name: (identifier) @name @definition.clause)
    (class name: (type_identifier) @name @definition.clause)
  ])

; classes
(class_declaration name: (type_identifier) @name body: (_) @body) @definition.class
(abstract_class_declaration name: (type_identifier) @name body: (_) @body) @definition.class
(variable_declarator
  name: (identifier) @name value: (class body: (_) @body)) @definition.class
(method_definition
  name: [
    (property_identifier) @name
    (private_property_identifier) @name
    (string . (_) @name (_)* @name.end)
  ]
  body: (_) @body) @definition.method
((method_definition name: (property_identifier) @_name) @definition.constructor
  (#eq? @_name "constructor"))
(method_signature
  name: [
    (property_identifier) @name
    (private_property_identifier) @name
    (string . (_) @name (_)* @name.end)
  ]) @definition.method
((class_body (method_signature name: (property_identifier) @_name) @definition.constructor)
  (#eq? @_name "constructor"))
(abstract_method_signature name: (property_identifier) @name) @definition.method
(public_field_definition
  name: [
    (property_identifier) @name
    (private_property_identifier) @name
    (string . (_) @name (_)* @name.end)
  ]) @definition.field
(public_field_definition
  value: [
    (arrow_function body: (_) @body)
    (function_expression body: (_) @body)
  ]) @definition.method

; parameters that are fields as well
(required_parameter
  (accessibility_modifier) pattern: (identifier) @name @member) @definition.field
(required_parameter "readonly" pattern: (identifier) @name @member) @definition.field

; types
(interface_declaration name: (type_identifier) @name body: (_) @body) @definition.interface
(interface_body (property_signature name: [
  (property_identifier) @name
  (string . (_) @name (_)* @name.end)
]) @definition.property)
(type_alias_declaration name: (type_identifier) @name) @definition.type
(type_alias_declaration value: (object_type
  (property_signature name: [(property_identifier) @name (string . (_) @name (_)* @name.end)])
  @definition.property))
; of three parts and more, the grammar holds the first ones one level deeper each:
; up to nine parts of a union are looked at, and up to five of an intersection
(type_alias_declaration value: (union_type [
  (object_type (property_signature
    name: [(property_identifier) @name (string . (_) @name (_)* @name.end)]) @definition.property)
  (union_type [
  (object_type (property_signature
    name: [(property_identifier) @name (string . (_) @name (_)* @name.end)]) @definition.property)
  (union_type [
  (object_type (property_signature
    name: [(property_identifier) @name (string . (_) @name (_)* @name.end)]) @definition.property)
  (union_type [
  (object_type (property_signature
    name: [(property_identifier) @name (string . (_) @name (_)* @name.end)]) @definition.property)
  (union_type [
  (object_type (property_signature
    name: [(property_identifier) @name (string . (_) @name (_)* @name.end)]) @definition.property)
  (union_type [
  (object_type (property_signature
    name: [(property_identifier) @name (string . (_) @name (_)* @name.end)]) @definition.property)
  (union_type [
  (object_type (property_signature
    name: [(property_identifier) @name (string . (_) @name (_)* @name.end)]) @definition.property)
  (union_type [
  (object_type (property_signature
    name: [(property_identifier) @name (string . (_) @name (_)* @name.end)]) @definition.property)
])])])])])])])]))
(type_alias_declaration value: (intersection_type [
  (object_type (property_signature
    name: [(property_identifier) @name (string . (_) @name (_)* @name.end)]) @definition.property)
  (intersection_type [
  (object_type (property_signature
    name: [(property_identifier) @name (string . (_) @name (_)* @name.end)]) @definition.property)
  (intersection_type [
  (object_type (property_signature
    name: [(property_identifier) @name (string . (_) @name (_)* @name.end)]) @definition.property)
  (intersection_type [
  (object_type (property_signature
    name: [(property_identifier) @name (string . (_) @name (_)* @name.end)]) @definition.property)
])])])]))
; members of a variable that is declared with its type
(ambient_declaration (_ (variable_declarator type: (type_annotation (object_type
  (property_signature name: [(property_identifier) @name (string . (_) @name (_)* @name.end)])
  @definition.property)))))
(ambient_declaration (statement_block (_ (variable_declarator type: (type_annotation (object_type
  (property_signature name: [(property_identifier) @name (string . (_) @name (_)* @name.end)])
  @definition.property))))))
(export_statement (_ (variable_declarator type: (type_annotation (object_type
  (property_signature name: [(property_identifier) @name (string . (_) @name (_)* @name.end)])
  @definition.property)))))
(enum_declaration name: (identifier) @name body: (_) @body) @definition.enum
(enum_body [
  (property_identifier) @name @definition.enumerator
  (string . (_) @name (_)* @name.end) @definition.enumerator
  (enum_assignment name: [
    (property_identifier) @name
    (string . (_) @name (_)* @name.end)
  ]) @definition.enumerator
])

; namespaces and modules
(internal_module name: (identifier) @name body: (_) @body) @definition.namespace
(internal_module name: (nested_identifier
  object: (_) @scope property: (property_identifier) @name)) @definition.namespace
(module name: (identifier) @name) @definition.namespace
(module name: (nested_identifier
  object: (_) @scope property: (property_identifier) @name)) @definition.namespace
(module name: (string . (_) @name (_)* @name.end)) @definition.module

; functions in objects
(pair
  key: [
    (property_identifier) @name
    (string . (_) @name (_)* @name.end)
  ]
  value: [
    (arrow_function body: (_) @body)
    (function_expression body: (_) @body)
    (generator_function body: (_) @body)
  ]) @definition.method

; plain keys only one level below the module
(program (_ (variable_declarator value: [
  (object (pair key: (property_identifier) @name) @definition.field)
  (as_expression (object (pair key: (property_identifier) @name) @definition.field))
  (satisfies_expression [
    (object (pair key: (property_identifier) @name) @definition.field)
    (as_expression (object (pair key: (property_identifier) @name) @definition.field))
  ])
])))
(export_statement (_ (variable_declarator value: [
  (object (pair key: (property_identifier) @name) @definition.field)
  (as_expression (object (pair key: (property_identifier) @name) @definition.field))
  (satisfies_expression [
    (object (pair key: (property_identifier) @name) @definition.field)
    (as_expression (object (pair key: (property_identifier) @name) @definition.field))
  ])
])))

; `a.b = function`: a member of `a`
((assignment_expression
  left: (member_expression property: (property_identifier) @name)
  right: [
    (arrow_function body: (_) @body)
    (function_expression body: (_) @body)
    (generator_function body: (_) @body)
  ]) @definition.function
  (#not-eq? @name "exports"))
((assignment_expression
  left: (member_expression property: (property_identifier) @name)
  right: (class body: (_) @body)) @definition.class
  (#not-eq? @name "exports"))
((assignment_expression
  left: (member_expression object: (identifier) @scope property: (property_identifier) @_name)
  right: [(arrow_function) (function_expression) (generator_function) (class)])
  (#not-eq? @scope "exports")
  (#not-eq? @_name "exports"))
((assignment_expression
  left: (member_expression
    object: (member_expression
      object: (identifier) @scope
      property: (property_identifier) @_prototype))
  right: (function_expression)) @definition.method
  (#eq? @_prototype "prototype"))

; CommonJS exports
((program (expression_statement (assignment_expression
  left: (member_expression
    object: [
      (identifier) @_exports
      (member_expression property: (property_identifier) @_exports)
    ]
    property: (property_identifier) @name)) @definition.variable))
  (#eq? @_exports "exports"))
((assignment_expression
  left: (member_expression object: (identifier) @_module)
  right: [
    (function_expression name: (identifier) @name body: (_) @body) @definition.function
    (class name: (type_identifier) @name body: (_) @body) @definition.class
    (object (pair key: (property_identifier) @name) @definition.variable)
  ])
  (#eq? @_module "module"))

; variables and constants of the module
(program (variable_declaration (variable_declarator name: (identifier) @name) @definition.variable))
(program (lexical_declaration (variable_declarator name: (identifier) @name) @definition.variable))
(program (lexical_declaration kind: "const" (variable_declarator) @definition.constant))
(export_statement
  (variable_declaration (variable_declarator name: (identifier) @name) @definition.variable))
(export_statement
  (lexical_declaration (variable_declarator name: (identifier) @name) @definition.variable))
(export_statement (lexical_declaration kind: "const" (variable_declarator) @definition.constant))
; what is taken out of objects and arrays, also by default, and out of those right inside of them
(program (_ (variable_declarator
  name: [
    (array_pattern (identifier) @name)
    (_ [
      (shorthand_property_identifier_pattern) @name
      (object_assignment_pattern left: (shorthand_property_identifier_pattern) @name)
      (pair_pattern value: (identifier) @name)
      (assignment_pattern left: (identifier) @name)
      (rest_pattern (identifier) @name)
      (array_pattern (identifier) @name)
      (_ [
        (shorthand_property_identifier_pattern) @name
        (object_assignment_pattern left: (shorthand_property_identifier_pattern) @name)
        (pair_pattern value: (identifier) @name)
        (assignment_pattern left: (identifier) @name)
        (rest_pattern (identifier) @name)
        (array_pattern (identifier) @name)
        (_ [
          (shorthand_property_identifier_pattern) @name
          (object_assignment_pattern left: (shorthand_property_identifier_pattern) @name)
          (pair_pattern value: (identifier) @name)
          (assignment_pattern left: (identifier) @name)
          (rest_pattern (identifier) @name)
        ])
        (assignment_pattern left: [
          (array_pattern (identifier) @name)
          (_ [
            (shorthand_property_identifier_pattern) @name
            (object_assignment_pattern left: (shorthand_property_identifier_pattern) @name)
            (pair_pattern value: (identifier) @name)
            (assignment_pattern left: (identifier) @name)
            (rest_pattern (identifier) @name)
          ])
        ])
      ])
    ])
  ]) @definition.variable))
(export_statement (_ (variable_declarator
  name: [
    (array_pattern (identifier) @name)
    (_ [
      (shorthand_property_identifier_pattern) @name
      (object_assignment_pattern left: (shorthand_property_identifier_pattern) @name)
      (pair_pattern value: (identifier) @name)
      (assignment_pattern left: (identifier) @name)
      (rest_pattern (identifier) @name)
      (array_pattern (identifier) @name)
      (_ [
        (shorthand_property_identifier_pattern) @name
        (object_assignment_pattern left: (shorthand_property_identifier_pattern) @name)
        (pair_pattern value: (identifier) @name)
        (assignment_pattern left: (identifier) @name)
        (rest_pattern (identifier) @name)
        (array_pattern (identifier) @name)
        (_ [
          (shorthand_property_identifier_pattern) @name
          (object_assignment_pattern left: (shorthand_property_identifier_pattern) @name)
          (pair_pattern value: (identifier) @name)
          (assignment_pattern left: (identifier) @name)
          (rest_pattern (identifier) @name)
        ])
        (assignment_pattern left: [
          (array_pattern (identifier) @name)
          (_ [
            (shorthand_property_identifier_pattern) @name
            (object_assignment_pattern left: (shorthand_property_identifier_pattern) @name)
            (pair_pattern value: (identifier) @name)
            (assignment_pattern left: (identifier) @name)
            (rest_pattern (identifier) @name)
          ])
        ])
      ])
    ])
  ]) @definition.variable))

; variables of namespaces, and declared ones
(ambient_declaration [
  (variable_declaration (variable_declarator name: (identifier) @name) @definition.variable)
  (lexical_declaration (variable_declarator name: (identifier) @name) @definition.variable)
  (lexical_declaration kind: "const" (variable_declarator) @definition.constant)
  (statement_block (_ (variable_declarator name: (identifier) @name) @definition.variable))
])
(internal_module body: (statement_block [
  (variable_declaration (variable_declarator name: (identifier) @name) @definition.variable)
  (lexical_declaration (variable_declarator name: (identifier) @name) @definition.variable)
  (lexical_declaration kind: "const" (variable_declarator) @definition.constant)
]))
(module body: (statement_block [
  (variable_declaration (variable_declarator name: (identifier) @name) @definition.variable)
  (lexical_declaration (variable_declarator name: (identifier) @name) @definition.variable)
  (lexical_declaration kind: "const" (variable_declarator) @definition.constant)
  ; `global { ... }`
  (statement_block [
    (variable_declaration (variable_declarator name: (identifier) @name) @definition.variable)
    (lexical_declaration (variable_declarator name: (identifier) @name) @definition.variable)
    (lexical_declaration kind: "const" (variable_declarator) @definition.constant)
  ])
]))

; docstrings
(comment) @comment

; imports
(import_statement source: (string) @module.import)
(export_statement source: (string) @module.export)
(call_expression function: (import) arguments: (arguments . (string) @module.import))
((call_expression
  function: (identifier) @_require
  arguments: (arguments . (string) @module.require))
  (#eq? @_require "require"))
(import_require_clause source: (string) @module.require)
(import_require_clause (identifier) @reference.import)
(import_alias (identifier) @reference.import)
(import_clause (identifier) @reference.import)
(namespace_import (identifier) @reference.import)
(import_specifier (identifier) @reference.import)
(export_statement
  (export_clause (export_specifier (identifier) @reference.import)) source: (string))
(namespace_export (identifier) @reference.import)

; references
(call_expression
  function: [
    (identifier) @reference.call
    (member_expression property: (_) @reference.call)
  ])
(new_expression
  constructor: [
    (identifier) @reference.call
    (member_expression property: (_) @reference.call)
  ])
(jsx_opening_element
  name: [
    (identifier) @reference.call
    (member_expression property: (_) @reference.call)
  ])
(jsx_self_closing_element
  name: [
    (identifier) @reference.call
    (member_expression property: (_) @reference.call)
  ])
(decorator [
  (identifier) @reference.annotation
  (member_expression property: (_) @reference.annotation)
  (call_expression function: (identifier) @reference.annotation)
  (call_expression function: (member_expression property: (_) @reference.annotation))
])
(extends_clause
  value: [
    (identifier) @reference.inherit
    (member_expression property: (_) @reference.inherit)
  ])
(implements_clause [
  (type_identifier) @reference.inherit
  (nested_type_identifier name: (type_identifier) @reference.inherit)
  (generic_type name: (type_identifier) @reference.inherit)
  (generic_type name: (nested_type_identifier name: (type_identifier) @reference.inherit))
])
(extends_type_clause [
  (type_identifier) @reference.inherit
  (nested_type_identifier name: (type_identifier) @reference.inherit)
  (generic_type name: (type_identifier) @reference.inherit)
  (generic_type name: (nested_type_identifier name: (type_identifier) @reference.inherit))
])
(type_identifier) @reference.type
(property_identifier) @reference.attribute
(private_property_identifier) @reference.attribute
(shorthand_property_identifier) @reference.identifier
(shorthand_property_identifier_pattern) @reference.identifier
(identifier) @reference.identifier
