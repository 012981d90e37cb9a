; functions; inside of a class they are methods or constructors
(function_definition body: [(compound_statement) (try_statement)] @body)
(function_definition declarator: [
  (function_declarator declarator: [
    (identifier) @name
    (field_identifier) @name
    (operator_name) @name
    (destructor_name) @name
    (template_function name: (identifier) @name)
  ])
  (_ declarator: (function_declarator declarator: [
    (identifier) @name
    (field_identifier) @name
    (operator_name) @name
  ]))
  (_ declarator: (_ declarator: (function_declarator declarator: [
    (identifier) @name
    (field_identifier) @name
  ])))
  (reference_declarator (function_declarator declarator: [
    (identifier) @name
    (field_identifier) @name
    (operator_name) @name
  ]))
]) @definition.function
(field_declaration_list [
  (function_definition) @definition.method
  (template_declaration (function_definition) @definition.method)
])
(function_definition
  declarator: (function_declarator declarator: (field_identifier))) @definition.method
(field_declaration_list [
  (function_definition
    !type
    declarator: (function_declarator declarator: (identifier))) @definition.constructor
  (template_declaration (function_definition
    !type
    declarator: (function_declarator declarator: (identifier))) @definition.constructor)
])

; functions with a qualified name: void A::f() {}
(function_definition declarator: (function_declarator declarator: (qualified_identifier
  scope: [(namespace_identifier) @scope (template_type name: (type_identifier) @scope)]
  name: [
    (identifier) @name
    (operator_name) @name
    (destructor_name) @name
    (template_function name: (identifier) @name)
    (qualified_identifier
      scope: [(namespace_identifier) @scope (template_type name: (type_identifier) @scope)]
      name: [
        (identifier) @name
        (operator_name) @name
        (destructor_name) @name
        (template_function name: (identifier) @name)
      ])
  ]))) @definition.method
(function_definition declarator: (_ declarator: (function_declarator declarator: (qualified_identifier
  scope: [(namespace_identifier) @scope (template_type name: (type_identifier) @scope)]
  name: [
    (identifier) @name
    (operator_name) @name
    (destructor_name) @name
    (template_function name: (identifier) @name)
    (qualified_identifier
      scope: [(namespace_identifier) @scope (template_type name: (type_identifier) @scope)]
      name: [
        (identifier) @name
        (operator_name) @name
        (destructor_name) @name
        (template_function name: (identifier) @name)
      ])
  ])))) @definition.method
(function_definition declarator: (reference_declarator (function_declarator declarator: (qualified_identifier
  scope: [(namespace_identifier) @scope (template_type name: (type_identifier) @scope)]
  name: [
    (identifier) @name
    (operator_name) @name
    (destructor_name) @name
    (template_function name: (identifier) @name)
    (qualified_identifier
      scope: [(namespace_identifier) @scope (template_type name: (type_identifier) @scope)]
      name: [
        (identifier) @name
        (operator_name) @name
        (destructor_name) @name
        (template_function name: (identifier) @name)
      ])
  ])))) @definition.method
(function_definition
  !type
  declarator: (function_declarator declarator: (qualified_identifier name: [
    (identifier)
    (qualified_identifier name: (identifier))
  ]))) @definition.constructor

; prototypes, those of methods too
(translation_unit (declaration declarator: [
  (function_declarator declarator: [
    (identifier) @name
    (operator_name) @name
    (destructor_name) @name
  ])
  (_ declarator: (function_declarator declarator: [(identifier) @name (operator_name) @name]))
  (reference_declarator (function_declarator declarator: [
    (identifier) @name
    (operator_name) @name
  ]))
]) @definition.prototype)
(declaration_list (declaration declarator: [
  (function_declarator declarator: [
    (identifier) @name
    (operator_name) @name
    (destructor_name) @name
  ])
  (_ declarator: (function_declarator declarator: [(identifier) @name (operator_name) @name]))
  (reference_declarator (function_declarator declarator: [
    (identifier) @name
    (operator_name) @name
  ]))
]) @definition.prototype)
(preproc_ifdef (declaration declarator: [
  (function_declarator declarator: [
    (identifier) @name
    (operator_name) @name
    (destructor_name) @name
  ])
  (_ declarator: (function_declarator declarator: [(identifier) @name (operator_name) @name]))
  (reference_declarator (function_declarator declarator: [
    (identifier) @name
    (operator_name) @name
  ]))
]) @definition.prototype)
(preproc_if (declaration declarator: [
  (function_declarator declarator: [
    (identifier) @name
    (operator_name) @name
    (destructor_name) @name
  ])
  (_ declarator: (function_declarator declarator: [(identifier) @name (operator_name) @name]))
  (reference_declarator (function_declarator declarator: [
    (identifier) @name
    (operator_name) @name
  ]))
]) @definition.prototype)
(linkage_specification (declaration declarator: [
  (function_declarator declarator: [
    (identifier) @name
    (operator_name) @name
    (destructor_name) @name
  ])
  (_ declarator: (function_declarator declarator: [(identifier) @name (operator_name) @name]))
  (reference_declarator (function_declarator declarator: [
    (identifier) @name
    (operator_name) @name
  ]))
]) @definition.prototype)
(field_declaration_list (declaration declarator: [
  (function_declarator declarator: [
    (identifier) @name
    (operator_name) @name
    (destructor_name) @name
  ])
  (_ declarator: (function_declarator declarator: [(identifier) @name (operator_name) @name]))
  (reference_declarator (function_declarator declarator: [
    (identifier) @name
    (operator_name) @name
  ]))
]) @definition.prototype)
(template_declaration (declaration declarator: [
  (function_declarator declarator: [
    (identifier) @name
    (operator_name) @name
    (destructor_name) @name
  ])
  (_ declarator: (function_declarator declarator: [(identifier) @name (operator_name) @name]))
  (reference_declarator (function_declarator declarator: [
    (identifier) @name
    (operator_name) @name
  ]))
]) @definition.prototype)
(field_declaration declarator: [
  (function_declarator declarator: [(field_identifier) @name (operator_name) @name])
  (_ declarator: (function_declarator declarator: [
    (field_identifier) @name
    (operator_name) @name
  ]))
  (reference_declarator (function_declarator declarator: [
    (field_identifier) @name
    (operator_name) @name
  ]))
]) @definition.prototype

; variables of a file or namespace; a prototype among them keeps its own type
(translation_unit (declaration declarator: [
  (identifier) @name
  (_ declarator: [
    (identifier) @name
    (reference_declarator (identifier) @name)
    (parenthesized_declarator (_ declarator: [
      (identifier) @name
      (_ declarator: (identifier) @name)
    ]))
    (_ declarator: [
      (identifier) @name
      (_ declarator: (identifier) @name)
      (parenthesized_declarator (_ declarator: [
        (identifier) @name
        (_ declarator: (identifier) @name)
      ]))
    ])
  ])
]) @definition.variable)
(declaration_list (declaration declarator: [
  (identifier) @name
  (_ declarator: [
    (identifier) @name
    (reference_declarator (identifier) @name)
    (parenthesized_declarator (_ declarator: [
      (identifier) @name
      (_ declarator: (identifier) @name)
    ]))
    (_ declarator: [
      (identifier) @name
      (_ declarator: (identifier) @name)
      (parenthesized_declarator (_ declarator: [
        (identifier) @name
        (_ declarator: (identifier) @name)
      ]))
    ])
  ])
]) @definition.variable)
(preproc_ifdef (declaration declarator: [
  (identifier) @name
  (_ declarator: [
    (identifier) @name
    (reference_declarator (identifier) @name)
    (parenthesized_declarator (_ declarator: [
      (identifier) @name
      (_ declarator: (identifier) @name)
    ]))
    (_ declarator: [
      (identifier) @name
      (_ declarator: (identifier) @name)
      (parenthesized_declarator (_ declarator: [
        (identifier) @name
        (_ declarator: (identifier) @name)
      ]))
    ])
  ])
]) @definition.variable)
(preproc_if (declaration declarator: [
  (identifier) @name
  (_ declarator: [
    (identifier) @name
    (reference_declarator (identifier) @name)
    (parenthesized_declarator (_ declarator: [
      (identifier) @name
      (_ declarator: (identifier) @name)
    ]))
    (_ declarator: [
      (identifier) @name
      (_ declarator: (identifier) @name)
      (parenthesized_declarator (_ declarator: [
        (identifier) @name
        (_ declarator: (identifier) @name)
      ]))
    ])
  ])
]) @definition.variable)
(preproc_else (declaration declarator: [
  (identifier) @name
  (_ declarator: [
    (identifier) @name
    (reference_declarator (identifier) @name)
    (parenthesized_declarator (_ declarator: [
      (identifier) @name
      (_ declarator: (identifier) @name)
    ]))
    (_ declarator: [
      (identifier) @name
      (_ declarator: (identifier) @name)
      (parenthesized_declarator (_ declarator: [
        (identifier) @name
        (_ declarator: (identifier) @name)
      ]))
    ])
  ])
]) @definition.variable)
(linkage_specification (declaration declarator: [
  (identifier) @name
  (_ declarator: [
    (identifier) @name
    (reference_declarator (identifier) @name)
    (parenthesized_declarator (_ declarator: [
      (identifier) @name
      (_ declarator: (identifier) @name)
    ]))
    (_ declarator: [
      (identifier) @name
      (_ declarator: (identifier) @name)
      (parenthesized_declarator (_ declarator: [
        (identifier) @name
        (_ declarator: (identifier) @name)
      ]))
    ])
  ])
]) @definition.variable)
(template_declaration (declaration declarator: [
  (identifier) @name
  (_ declarator: [
    (identifier) @name
    (reference_declarator (identifier) @name)
    (parenthesized_declarator (_ declarator: [
      (identifier) @name
      (_ declarator: (identifier) @name)
    ]))
    (_ declarator: [
      (identifier) @name
      (_ declarator: (identifier) @name)
      (parenthesized_declarator (_ declarator: [
        (identifier) @name
        (_ declarator: (identifier) @name)
      ]))
    ])
  ])
]) @definition.variable)
(declaration declarator: (init_declarator declarator: (qualified_identifier
  scope: [(namespace_identifier) @scope (template_type name: (type_identifier) @scope)]
  name: [
    (identifier) @name
    (qualified_identifier scope: [(namespace_identifier) @scope (template_type name: (type_identifier) @scope)] name: (identifier) @name)
  ]))) @definition.variable

; classes, enums, unions
(class_specifier name: [
  (type_identifier) @name
  (template_type name: (type_identifier) @name)
  (qualified_identifier scope: [(namespace_identifier) @scope (template_type name: (type_identifier) @scope)] name: (type_identifier) @name)
] body: (_) @body) @definition.class
(struct_specifier name: [
  (type_identifier) @name
  (template_type name: (type_identifier) @name)
  (qualified_identifier scope: [(namespace_identifier) @scope (template_type name: (type_identifier) @scope)] name: (type_identifier) @name)
] body: (_) @body) @definition.struct
(union_specifier name: (type_identifier) @name body: (_) @body) @definition.union
(enum_specifier name: (type_identifier) @name body: (_) @body) @definition.enum
(enumerator name: (identifier) @name) @definition.enumerator
; class EXPORT Name { ... } does not parse as a class
(function_definition
  type: (class_specifier !body)
  declarator: (identifier) @name
  body: (compound_statement)) @definition.class
(function_definition
  type: (struct_specifier !body)
  declarator: (identifier) @name
  body: (compound_statement)) @definition.struct

; types
(alias_declaration name: (type_identifier) @name) @definition.type
(concept_definition name: (identifier) @name) @definition.type
(type_definition declarator: [
  (type_identifier) @name
  (primitive_type) @name
  (_ declarator: [
    (type_identifier) @name
    (_ declarator: (type_identifier) @name)
    (parenthesized_declarator [
      (type_identifier) @name
      (_ declarator: (type_identifier) @name)
    ])
  ])
]) @definition.type
(type_definition type: (struct_specifier !name body: (_) @body)) @definition.struct
(type_definition type: (union_specifier !name body: (_) @body)) @definition.union
(type_definition type: (enum_specifier !name body: (_) @body)) @definition.enum

; fields
(field_declaration declarator: [
  (field_identifier) @name
  (reference_declarator (field_identifier) @name)
  (_ declarator: [
    (field_identifier) @name
    (_ declarator: (field_identifier) @name)
    (parenthesized_declarator (_ declarator: [
      (field_identifier) @name
      (_ declarator: (field_identifier) @name)
    ]))
  ])
]) @definition.field

; namespaces
(namespace_definition name: [
  (namespace_identifier) @name
  (nested_namespace_specifier . (namespace_identifier) @scope . [
    (namespace_identifier) @name
    (nested_namespace_specifier . (namespace_identifier) @scope . [
      (namespace_identifier) @name
      (nested_namespace_specifier . (namespace_identifier) @scope . (namespace_identifier) @name)
    ])
  ])
] body: (_) @body) @definition.namespace
(namespace_alias_definition name: (namespace_identifier) @name) @definition.namespace

; macros
(preproc_def name: (identifier) @name) @definition.macro
(preproc_function_def name: (identifier) @name value: (_)? @body) @definition.macro

; includes and imports
(preproc_include path: (_) @module.include)
(import_declaration name: (module_name) @module.import)
(using_declaration [
  (identifier) @module.use @reference.import
  (qualified_identifier) @module.use
  (qualified_identifier name: (identifier) @reference.import)
  (qualified_identifier name: (qualified_identifier name: (identifier) @reference.import))
])

; docstrings
(comment) @comment

; references
(call_expression function: [
  (identifier) @reference.call
  (template_function name: (identifier) @reference.call)
  (field_expression field: (field_identifier) @reference.call)
  (field_expression field: (template_method name: (field_identifier) @reference.call))
  (qualified_identifier name: [
    (identifier) @reference.call
    (template_function name: (identifier) @reference.call)
    (qualified_identifier name: [
      (identifier) @reference.call
      (template_function name: (identifier) @reference.call)
      (qualified_identifier name: [
        (identifier) @reference.call
        (template_function name: (identifier) @reference.call)
      ])
    ])
  ])
])
(new_expression type: [
  (type_identifier) @reference.call
  (template_type name: (type_identifier) @reference.call)
  (qualified_identifier name: [
    (type_identifier) @reference.call
    (template_type name: (type_identifier) @reference.call)
  ])
])
(compound_literal_expression type: [
  (type_identifier) @reference.call
  (template_type name: (type_identifier) @reference.call)
  (qualified_identifier name: (type_identifier) @reference.call)
])
(base_class_clause [
  (type_identifier) @reference.inherit
  (template_type name: (type_identifier) @reference.inherit)
  (qualified_identifier name: [
    (type_identifier) @reference.inherit
    (template_type name: (type_identifier) @reference.inherit)
    (qualified_identifier name: (type_identifier) @reference.inherit)
  ])
])
(attribute name: (identifier) @reference.annotation)
(destructor_name (identifier) @reference.type)
(type_identifier) @reference.type
(field_identifier) @reference.attribute
(namespace_identifier) @reference.identifier
(identifier) @reference.identifier
