; what stands open over many nodes is asked of them alone
(export_statement) @_root
(class_static_block) @_root
(method_definition) @_root

; functions, also anonymous ones under the name that they are bound to
(function_declaration name: (identifier) @name body: (_) @body) @definition.function
(generator_function_declaration name: (identifier) @name body: (_) @body) @definition.function
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
(arguments (class name: (identifier) @name body: (_) @body) @definition.class)
(return_statement
  (function_expression name: (identifier) @name body: (_) @body) @definition.function)
(return_statement (class name: (identifier) @name body: (_) @body) @definition.class)
(parenthesized_expression
  (function_expression name: (identifier) @name body: (_) @body) @definition.function)
(arrow_function body: (class name: (identifier) @name body: (_) @body) @definition.class)
(arrow_function
  body: (function_expression name: (identifier) @name body: (_) @body) @definition.function)

; the own name of what is bound to another one is neither a symbol nor a use
(variable_declarator
  name: (identifier)
  value: [
    (function_expression name: (identifier) @name @definition.clause)
    (generator_function name: (identifier) @name @definition.clause)
    (class name: (identifier) @name @definition.clause)
  ])

; classes
(class_declaration name: (identifier) @name body: (_) @body) @definition.class
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
(field_definition
  property: [
    (property_identifier) @name
    (private_property_identifier) @name
  ]) @definition.field
(field_definition
  value: [
    (arrow_function body: (_) @body)
    (function_expression body: (_) @body)
  ]) @definition.method

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
(program (_ (variable_declarator
  value: (object (pair key: (property_identifier) @name) @definition.field))))
(export_statement (_ (variable_declarator
  value: (object (pair key: (property_identifier) @name) @definition.field))))

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

; `A.b = value` of the module, `A.prototype.b = value`, and what a constructor sets on `this`
((program (expression_statement (assignment_expression
  left: (member_expression object: (identifier) @scope property: (property_identifier) @name))
  @definition.field))
  (#not-match? @scope "^(exports|module)$")
  (#not-eq? @name "prototype"))
((program (expression_statement (assignment_expression
  left: (member_expression
    object: (member_expression object: (identifier) @scope property: (property_identifier) @_of)
    property: (property_identifier) @name)) @definition.field))
  (#eq? @_of "prototype"))
((program (expression_statement (assignment_expression
  left: (member_expression object: (member_expression property: (property_identifier) @_of))
  right: (identifier)) @definition.method))
  (#eq? @_of "prototype"))
((method_definition
  name: (property_identifier) @_of
  body: (statement_block (expression_statement (assignment_expression
    left: (member_expression object: (this) property: (property_identifier) @name @member))
    @definition.field)))
  (#eq? @_of "constructor"))
(class_static_block body: (statement_block (expression_statement (assignment_expression
  left: (member_expression object: (this) property: (property_identifier) @name))
  @definition.field)))

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
    (class name: (identifier) @name body: (_) @body) @definition.class
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

; variables of a function around a whole module: (function () { ... })()
(program (_ (call_expression
  function: [
    (parenthesized_expression (_ body: (statement_block [
      (variable_declaration (variable_declarator name: (identifier) @name) @definition.variable)
      (lexical_declaration (variable_declarator name: (identifier) @name) @definition.variable)
      (lexical_declaration kind: "const" (variable_declarator) @definition.constant)
    ])))
    (member_expression object: (parenthesized_expression (_ body: (statement_block [
      (variable_declaration (variable_declarator name: (identifier) @name) @definition.variable)
      (lexical_declaration (variable_declarator name: (identifier) @name) @definition.variable)
      (lexical_declaration kind: "const" (variable_declarator) @definition.constant)
    ]))))
  ])))
(program (_ (call_expression
  function: (parenthesized_expression)
  arguments: (arguments (_ body: (statement_block [
    (variable_declaration (variable_declarator name: (identifier) @name) @definition.variable)
    (lexical_declaration (variable_declarator name: (identifier) @name) @definition.variable)
    (lexical_declaration kind: "const" (variable_declarator) @definition.constant)
  ]))))))

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
(class_heritage [
  (identifier) @reference.inherit
  (member_expression property: (_) @reference.inherit)
])
(property_identifier) @reference.attribute
(private_property_identifier) @reference.attribute
(shorthand_property_identifier) @reference.identifier
(shorthand_property_identifier_pattern) @reference.identifier
(identifier) @reference.identifier
