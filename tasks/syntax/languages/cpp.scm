; what stands open over many nodes is asked of them alone
(field_declaration_list) @_root
(declaration_list) @_root
(preproc_ifdef) @_root
(preproc_if) @_root
(preproc_elif) @_root
(preproc_elifdef) @_root
(preproc_else) @_root
(linkage_specification) @_root

; functions; the ones of a class are methods, without a type they are constructors
(function_definition declarator: [
  (function_declarator) (pointer_declarator) (reference_declarator) (parenthesized_declarator)
  (qualified_identifier name: [(operator_cast) (qualified_identifier name: (operator_cast))])
  (operator_cast) (attributed_declarator) (array_declarator)
]) @definition.function
(function_definition body: (_) @body)
(field_declaration_list (function_definition declarator: [
  (function_declarator) (pointer_declarator) (reference_declarator) (parenthesized_declarator)
  (qualified_identifier name: [(operator_cast) (qualified_identifier name: (operator_cast))])
  (operator_cast) (attributed_declarator) (array_declarator)
]) @definition.method)
; in an #if of a class
(function_definition declarator: (function_declarator declarator: (field_identifier)))
@definition.method
(field_declaration_list
  (template_declaration (function_definition declarator: [
  (function_declarator) (pointer_declarator) (reference_declarator) (parenthesized_declarator)
  (qualified_identifier name: [(operator_cast) (qualified_identifier name: (operator_cast))])
  (operator_cast) (attributed_declarator) (array_declarator)
]) @definition.method))
(field_declaration_list
  (function_definition !type declarator: (function_declarator declarator: (identifier)))
  @definition.constructor)
(field_declaration_list (template_declaration
  (function_definition !type declarator: (function_declarator declarator: (identifier)))
  @definition.constructor))
(function_definition declarator: [
  (function_declarator declarator: [
    (identifier) @name
    (field_identifier) @name
    (operator_name) @name
    (destructor_name) @name
    (template_function name: (identifier) @name)
    (parenthesized_declarator (identifier) @name)
  ])
  (operator_cast "operator" @name)
  (_ [
    (function_declarator declarator: [
      (identifier) @name
      (field_identifier) @name
      (operator_name) @name
      (template_function name: (identifier) @name)
    ])
    (_ (function_declarator declarator: [
      (identifier) @name
      (field_identifier) @name
      (operator_name) @name
    ]))
    (parenthesized_declarator
      (_ (function_declarator declarator: [(identifier) @name (field_identifier) @name])))
  ])
])
; conversions go by their type: operator bool
(declaration declarator:
  (operator_cast type: (_) @name.end
    declarator: (_ ["*" "&" "&&"]? @name.end (abstract_pointer_declarator "*" @name.end)?)))
(function_definition declarator:
  (operator_cast type: (_) @name.end
    declarator: (_ ["*" "&" "&&"]? @name.end (abstract_pointer_declarator "*" @name.end)?)))
(function_definition declarator: (qualified_identifier name:
  (operator_cast type: (_) @name.end
    declarator: (_ ["*" "&" "&&"]? @name.end (abstract_pointer_declarator "*" @name.end)?))))
(function_definition declarator: (qualified_identifier name: (qualified_identifier name:
  (operator_cast type: (_) @name.end
    declarator: (_ ["*" "&" "&&"]? @name.end (abstract_pointer_declarator "*" @name.end)?)))))
; names with qualifiers: A::f
(function_declarator declarator:
  (qualified_identifier
    scope: [(namespace_identifier) @scope (template_type name: (type_identifier) @scope)]
    name: [
      (identifier) @name (operator_name) @name (destructor_name) @name
(template_function name: (identifier) @name)
      (qualified_identifier
        scope: [(namespace_identifier) @scope (template_type name: (type_identifier) @scope)]
        name: [
          (identifier) @name (operator_name) @name (destructor_name) @name
(template_function name: (identifier) @name)
          (qualified_identifier
            scope: [(namespace_identifier) @scope (template_type name: (type_identifier) @scope)]
            name: [
              (identifier) @name (operator_name) @name (destructor_name) @name
(template_function name: (identifier) @name)
              (qualified_identifier
                scope: [
                  (namespace_identifier) @scope
                  (template_type name: (type_identifier) @scope)
                ]
                name: [
                  (identifier) @name (operator_name) @name (destructor_name) @name
(template_function name: (identifier) @name)
                ])
            ])
        ])
    ]))
(function_definition declarator:
  (qualified_identifier
    scope: [(namespace_identifier) @scope (template_type name: (type_identifier) @scope)]
    name: [
      (operator_cast "operator" @name)
      (qualified_identifier
        scope: [(namespace_identifier) @scope (template_type name: (type_identifier) @scope)]
        name: [
          (operator_cast "operator" @name)
        ])
    ]))
; qualified: a method, and a constructor where it has no type
(function_definition declarator: (function_declarator declarator: (qualified_identifier)))
@definition.method
(function_definition declarator: (_ (function_declarator declarator: (qualified_identifier))))
@definition.method
(function_definition declarator: (_ declarator: (parenthesized_declarator
  (_ (function_declarator declarator: (qualified_identifier)))))) @definition.method
(function_definition declarator: (qualified_identifier
  name: [(operator_cast) (qualified_identifier name: (operator_cast))])) @definition.method
; with a macro between the parameters and the body: void lock() LOCKS(mutex) { ... }
(function_definition
  (ERROR [
    (function_declarator declarator: [(identifier) @name (field_identifier) @name])
    (init_declarator declarator: (identifier) @name value: (argument_list))
  ])
  declarator: (function_declarator))
(function_definition !type declarator: (function_declarator declarator: (qualified_identifier
  name: [
    (identifier)
    (qualified_identifier name: [
      (identifier)
      (qualified_identifier name: [(identifier) (qualified_identifier name: (identifier))])
    ])
  ]))) @definition.constructor

; defaulted and deleted outside of their class, for the grammar a call or a variable with a value
((expression_statement (assignment_expression
  left: (call_expression function: (qualified_identifier
    scope: [(namespace_identifier) @scope (template_type name: (type_identifier) @scope)]
    name: [
      (identifier) @name (destructor_name) @name
      (qualified_identifier
        scope: [(namespace_identifier) @scope (template_type name: (type_identifier) @scope)]
        name: [
          (identifier) @name (destructor_name) @name
          (qualified_identifier
            scope: [(namespace_identifier) @scope (template_type name: (type_identifier) @scope)]
            name: [(identifier) @name (destructor_name) @name])
        ])
    ]))
  right: (identifier) @_word)) @definition.method
  (#eq? @_word "default"))
((expression_statement (assignment_expression
  left: (call_expression function: (qualified_identifier name: [
    (identifier)
    (qualified_identifier name: [(identifier) (qualified_identifier name: (identifier))])
  ]))
  right: (identifier) @_word)) @definition.constructor
  (#eq? @_word "default"))
((declaration declarator: (init_declarator
  declarator: [
    (function_declarator declarator: [
      (identifier) @name
      (operator_name) @name
      (template_function name: (identifier) @name)
    ])
    (_ (function_declarator declarator: [
      (identifier) @name
      (operator_name) @name
      (template_function name: (identifier) @name)
    ]))
  ]
  value: [(delete_expression) (identifier) @_word])) @definition.function
  (#eq? @_word "default"))
((declaration declarator: (init_declarator
  declarator: [
    (function_declarator declarator: (qualified_identifier))
    (_ (function_declarator declarator: (qualified_identifier)))
  ]
  value: [(delete_expression) (identifier) @_word])) @definition.method
  (#eq? @_word "default"))
((field_declaration_list (template_declaration (declaration declarator: (init_declarator
  declarator: [(function_declarator) (_ (function_declarator))]
  value: [(delete_expression) (identifier) @_word])) @definition.method))
  (#eq? @_word "default"))

; prototypes, also of methods
(declaration declarator: [
  (function_declarator declarator: [
    (identifier) @name
    (operator_name) @name
    (destructor_name) @name
    (qualified_identifier)
  ])
  (operator_cast "operator" @name)
  (pointer_declarator (function_declarator declarator: [(identifier) @name (operator_name) @name]))
  (pointer_declarator
    (pointer_declarator (function_declarator declarator: (identifier) @name)))
  (reference_declarator
    (function_declarator declarator: [(identifier) @name (operator_name) @name]))
  (function_declarator declarator: (parenthesized_declarator
    (pointer_declarator declarator: (function_declarator declarator: (identifier) @name))))
]) @definition.prototype
(field_declaration declarator: [
  (function_declarator declarator: [(field_identifier) @name (operator_name) @name])
  (pointer_declarator
    (function_declarator declarator: [(field_identifier) @name (operator_name) @name]))
  (pointer_declarator
    (pointer_declarator (function_declarator declarator: (field_identifier) @name)))
  (reference_declarator
    (function_declarator declarator: [(field_identifier) @name (operator_name) @name]))
  (function_declarator declarator: (parenthesized_declarator
    (pointer_declarator declarator: (function_declarator declarator: (field_identifier) @name))))
]) @definition.prototype
; static members defined outside of their class: char *A::b; int A::c[] = {0};
(declaration declarator: [
  (qualified_identifier
    scope: [(namespace_identifier) @scope (template_type name: (type_identifier) @scope)]
    name: (identifier) @name)
  (pointer_declarator (qualified_identifier
    scope: [(namespace_identifier) @scope (template_type name: (type_identifier) @scope)]
    name: (identifier) @name))
  (array_declarator declarator: (qualified_identifier
    scope: [(namespace_identifier) @scope (template_type name: (type_identifier) @scope)]
    name: (identifier) @name))
  (init_declarator declarator: [
    (pointer_declarator (qualified_identifier
    scope: [(namespace_identifier) @scope (template_type name: (type_identifier) @scope)]
    name: (identifier) @name))
    (array_declarator declarator: (qualified_identifier
    scope: [(namespace_identifier) @scope (template_type name: (type_identifier) @scope)]
    name: (identifier) @name))
  ])
]) @definition.variable
; a local variable that looks like a prototype: Lock lock(mutex);
(compound_statement (declaration declarator: (function_declarator) @definition.variable))
(case_statement (declaration declarator: (function_declarator) @definition.variable))

; variables of a file or a namespace
(translation_unit (declaration declarator: [
  (identifier) @name
  (qualified_identifier
    scope: [(namespace_identifier) @scope (template_type name: (type_identifier) @scope)]
    name: (identifier) @name)
  (init_declarator declarator: [
    (identifier) @name
    (qualified_identifier
      scope: [(namespace_identifier) @scope (template_type name: (type_identifier) @scope)]
      name: [
        (identifier) @name
        (qualified_identifier
          scope: [(namespace_identifier) @scope (template_type name: (type_identifier) @scope)]
          name: (identifier) @name)
      ])
    (_ [(identifier) @name (_ declarator: (identifier) @name)])
  ])
  (pointer_declarator [(identifier) @name (_ declarator: (identifier) @name)])
  (reference_declarator (identifier) @name)
  (array_declarator declarator: [(identifier) @name (_ declarator: (identifier) @name)])
  (_ declarator: [
    (parenthesized_declarator
      (_ declarator: [(identifier) @name (_ declarator: (identifier) @name)]))
    (_ declarator: [
      (parenthesized_declarator
        (_ declarator: [(identifier) @name (_ declarator: (identifier) @name)]))
      (_ declarator: (parenthesized_declarator
        (_ declarator: [(identifier) @name (_ declarator: (identifier) @name)])))
    ])
  ])
]) @definition.variable)
(declaration_list (declaration declarator: [
  (identifier) @name
  (qualified_identifier
    scope: [(namespace_identifier) @scope (template_type name: (type_identifier) @scope)]
    name: (identifier) @name)
  (init_declarator declarator: [
    (identifier) @name
    (qualified_identifier
      scope: [(namespace_identifier) @scope (template_type name: (type_identifier) @scope)]
      name: [
        (identifier) @name
        (qualified_identifier
          scope: [(namespace_identifier) @scope (template_type name: (type_identifier) @scope)]
          name: (identifier) @name)
      ])
    (_ [(identifier) @name (_ declarator: (identifier) @name)])
  ])
  (pointer_declarator [(identifier) @name (_ declarator: (identifier) @name)])
  (reference_declarator (identifier) @name)
  (array_declarator declarator: [(identifier) @name (_ declarator: (identifier) @name)])
  (_ declarator: [
    (parenthesized_declarator
      (_ declarator: [(identifier) @name (_ declarator: (identifier) @name)]))
    (_ declarator: [
      (parenthesized_declarator
        (_ declarator: [(identifier) @name (_ declarator: (identifier) @name)]))
      (_ declarator: (parenthesized_declarator
        (_ declarator: [(identifier) @name (_ declarator: (identifier) @name)])))
    ])
  ])
]) @definition.variable)
(linkage_specification (declaration declarator: [
  (identifier) @name
  (qualified_identifier
    scope: [(namespace_identifier) @scope (template_type name: (type_identifier) @scope)]
    name: (identifier) @name)
  (init_declarator declarator: [
    (identifier) @name
    (qualified_identifier
      scope: [(namespace_identifier) @scope (template_type name: (type_identifier) @scope)]
      name: [
        (identifier) @name
        (qualified_identifier
          scope: [(namespace_identifier) @scope (template_type name: (type_identifier) @scope)]
          name: (identifier) @name)
      ])
    (_ [(identifier) @name (_ declarator: (identifier) @name)])
  ])
  (pointer_declarator [(identifier) @name (_ declarator: (identifier) @name)])
  (reference_declarator (identifier) @name)
  (array_declarator declarator: [(identifier) @name (_ declarator: (identifier) @name)])
  (_ declarator: [
    (parenthesized_declarator
      (_ declarator: [(identifier) @name (_ declarator: (identifier) @name)]))
    (_ declarator: [
      (parenthesized_declarator
        (_ declarator: [(identifier) @name (_ declarator: (identifier) @name)]))
      (_ declarator: (parenthesized_declarator
        (_ declarator: [(identifier) @name (_ declarator: (identifier) @name)])))
    ])
  ])
]) @definition.variable)
(template_declaration (declaration declarator: [
  (identifier) @name
  (qualified_identifier
    scope: [(namespace_identifier) @scope (template_type name: (type_identifier) @scope)]
    name: (identifier) @name)
  (init_declarator declarator: [
    (identifier) @name
    (qualified_identifier
      scope: [(namespace_identifier) @scope (template_type name: (type_identifier) @scope)]
      name: [
        (identifier) @name
        (qualified_identifier
          scope: [(namespace_identifier) @scope (template_type name: (type_identifier) @scope)]
          name: (identifier) @name)
      ])
    (_ [(identifier) @name (_ declarator: (identifier) @name)])
  ])
  (pointer_declarator [(identifier) @name (_ declarator: (identifier) @name)])
  (reference_declarator (identifier) @name)
  (array_declarator declarator: [(identifier) @name (_ declarator: (identifier) @name)])
  (_ declarator: [
    (parenthesized_declarator
      (_ declarator: [(identifier) @name (_ declarator: (identifier) @name)]))
    (_ declarator: [
      (parenthesized_declarator
        (_ declarator: [(identifier) @name (_ declarator: (identifier) @name)]))
      (_ declarator: (parenthesized_declarator
        (_ declarator: [(identifier) @name (_ declarator: (identifier) @name)])))
    ])
  ])
]) @definition.variable)
(preproc_ifdef (declaration declarator: [
  (identifier) @name
  (qualified_identifier
    scope: [(namespace_identifier) @scope (template_type name: (type_identifier) @scope)]
    name: (identifier) @name)
  (init_declarator declarator: [
    (identifier) @name
    (qualified_identifier
      scope: [(namespace_identifier) @scope (template_type name: (type_identifier) @scope)]
      name: [
        (identifier) @name
        (qualified_identifier
          scope: [(namespace_identifier) @scope (template_type name: (type_identifier) @scope)]
          name: (identifier) @name)
      ])
    (_ [(identifier) @name (_ declarator: (identifier) @name)])
  ])
  (pointer_declarator [(identifier) @name (_ declarator: (identifier) @name)])
  (reference_declarator (identifier) @name)
  (array_declarator declarator: [(identifier) @name (_ declarator: (identifier) @name)])
  (_ declarator: [
    (parenthesized_declarator
      (_ declarator: [(identifier) @name (_ declarator: (identifier) @name)]))
    (_ declarator: [
      (parenthesized_declarator
        (_ declarator: [(identifier) @name (_ declarator: (identifier) @name)]))
      (_ declarator: (parenthesized_declarator
        (_ declarator: [(identifier) @name (_ declarator: (identifier) @name)])))
    ])
  ])
]) @definition.variable)
(preproc_if (declaration declarator: [
  (identifier) @name
  (qualified_identifier
    scope: [(namespace_identifier) @scope (template_type name: (type_identifier) @scope)]
    name: (identifier) @name)
  (init_declarator declarator: [
    (identifier) @name
    (qualified_identifier
      scope: [(namespace_identifier) @scope (template_type name: (type_identifier) @scope)]
      name: [
        (identifier) @name
        (qualified_identifier
          scope: [(namespace_identifier) @scope (template_type name: (type_identifier) @scope)]
          name: (identifier) @name)
      ])
    (_ [(identifier) @name (_ declarator: (identifier) @name)])
  ])
  (pointer_declarator [(identifier) @name (_ declarator: (identifier) @name)])
  (reference_declarator (identifier) @name)
  (array_declarator declarator: [(identifier) @name (_ declarator: (identifier) @name)])
  (_ declarator: [
    (parenthesized_declarator
      (_ declarator: [(identifier) @name (_ declarator: (identifier) @name)]))
    (_ declarator: [
      (parenthesized_declarator
        (_ declarator: [(identifier) @name (_ declarator: (identifier) @name)]))
      (_ declarator: (parenthesized_declarator
        (_ declarator: [(identifier) @name (_ declarator: (identifier) @name)])))
    ])
  ])
]) @definition.variable)
(preproc_elif (declaration declarator: [
  (identifier) @name
  (qualified_identifier
    scope: [(namespace_identifier) @scope (template_type name: (type_identifier) @scope)]
    name: (identifier) @name)
  (init_declarator declarator: [
    (identifier) @name
    (qualified_identifier
      scope: [(namespace_identifier) @scope (template_type name: (type_identifier) @scope)]
      name: [
        (identifier) @name
        (qualified_identifier
          scope: [(namespace_identifier) @scope (template_type name: (type_identifier) @scope)]
          name: (identifier) @name)
      ])
    (_ [(identifier) @name (_ declarator: (identifier) @name)])
  ])
  (pointer_declarator [(identifier) @name (_ declarator: (identifier) @name)])
  (reference_declarator (identifier) @name)
  (array_declarator declarator: [(identifier) @name (_ declarator: (identifier) @name)])
  (_ declarator: [
    (parenthesized_declarator
      (_ declarator: [(identifier) @name (_ declarator: (identifier) @name)]))
    (_ declarator: [
      (parenthesized_declarator
        (_ declarator: [(identifier) @name (_ declarator: (identifier) @name)]))
      (_ declarator: (parenthesized_declarator
        (_ declarator: [(identifier) @name (_ declarator: (identifier) @name)])))
    ])
  ])
]) @definition.variable)
(preproc_elifdef (declaration declarator: [
  (identifier) @name
  (qualified_identifier
    scope: [(namespace_identifier) @scope (template_type name: (type_identifier) @scope)]
    name: (identifier) @name)
  (init_declarator declarator: [
    (identifier) @name
    (qualified_identifier
      scope: [(namespace_identifier) @scope (template_type name: (type_identifier) @scope)]
      name: [
        (identifier) @name
        (qualified_identifier
          scope: [(namespace_identifier) @scope (template_type name: (type_identifier) @scope)]
          name: (identifier) @name)
      ])
    (_ [(identifier) @name (_ declarator: (identifier) @name)])
  ])
  (pointer_declarator [(identifier) @name (_ declarator: (identifier) @name)])
  (reference_declarator (identifier) @name)
  (array_declarator declarator: [(identifier) @name (_ declarator: (identifier) @name)])
  (_ declarator: [
    (parenthesized_declarator
      (_ declarator: [(identifier) @name (_ declarator: (identifier) @name)]))
    (_ declarator: [
      (parenthesized_declarator
        (_ declarator: [(identifier) @name (_ declarator: (identifier) @name)]))
      (_ declarator: (parenthesized_declarator
        (_ declarator: [(identifier) @name (_ declarator: (identifier) @name)])))
    ])
  ])
]) @definition.variable)
(preproc_else (declaration declarator: [
  (identifier) @name
  (qualified_identifier
    scope: [(namespace_identifier) @scope (template_type name: (type_identifier) @scope)]
    name: (identifier) @name)
  (init_declarator declarator: [
    (identifier) @name
    (qualified_identifier
      scope: [(namespace_identifier) @scope (template_type name: (type_identifier) @scope)]
      name: [
        (identifier) @name
        (qualified_identifier
          scope: [(namespace_identifier) @scope (template_type name: (type_identifier) @scope)]
          name: (identifier) @name)
      ])
    (_ [(identifier) @name (_ declarator: (identifier) @name)])
  ])
  (pointer_declarator [(identifier) @name (_ declarator: (identifier) @name)])
  (reference_declarator (identifier) @name)
  (array_declarator declarator: [(identifier) @name (_ declarator: (identifier) @name)])
  (_ declarator: [
    (parenthesized_declarator
      (_ declarator: [(identifier) @name (_ declarator: (identifier) @name)]))
    (_ declarator: [
      (parenthesized_declarator
        (_ declarator: [(identifier) @name (_ declarator: (identifier) @name)]))
      (_ declarator: (parenthesized_declarator
        (_ declarator: [(identifier) @name (_ declarator: (identifier) @name)])))
    ])
  ])
]) @definition.variable)

; types
(class_specifier
  name: [
    (type_identifier) @name
    (template_type name: (type_identifier) @name)
    (qualified_identifier
      scope: [(namespace_identifier) @scope (template_type name: (type_identifier) @scope)]
      name: [(type_identifier) @name (template_type name: (type_identifier) @name)])
  ]
  body: (_) @body) @definition.class
(struct_specifier
  name: [
    (type_identifier) @name
    (template_type name: (type_identifier) @name)
    (qualified_identifier
      scope: [(namespace_identifier) @scope (template_type name: (type_identifier) @scope)]
      name: [(type_identifier) @name (template_type name: (type_identifier) @name)])
  ]
  body: (_) @body) @definition.struct
(union_specifier
  name: [
    (type_identifier) @name
    (template_type name: (type_identifier) @name)
    (qualified_identifier
      scope: [(namespace_identifier) @scope (template_type name: (type_identifier) @scope)]
      name: [(type_identifier) @name (template_type name: (type_identifier) @name)])
  ]
  body: (_) @body) @definition.union
(enum_specifier
  name: [
    (type_identifier) @name
    (template_type name: (type_identifier) @name)
    (qualified_identifier
      scope: [(namespace_identifier) @scope (template_type name: (type_identifier) @scope)]
      name: [(type_identifier) @name (template_type name: (type_identifier) @name)])
  ]
  body: (_) @body) @definition.enum
(enumerator name: (identifier) @name) @definition.enumerator
(alias_declaration name: (type_identifier) @name) @definition.type
(concept_definition name: (identifier) @name) @definition.type
(type_definition declarator: [
  (type_identifier) @name
  (primitive_type) @name
  (_ declarator: [
    (type_identifier) @name
    (_ declarator: [
      (type_identifier) @name
      (_ declarator: (type_identifier) @name)
      (parenthesized_declarator [(type_identifier) @name (_ declarator: (type_identifier) @name)])
    ])
    (parenthesized_declarator [
      (type_identifier) @name
      (_ declarator: [(type_identifier) @name (_ declarator: (type_identifier) @name)])
    ])
  ])
]) @definition.type
(type_definition type: (struct_specifier !name body: (_) @body)) @definition.struct
(type_definition type: (union_specifier !name body: (_) @body)) @definition.union
(type_definition type: (enum_specifier !name body: (_) @body)) @definition.enum

; namespaces
(namespace_definition name: (namespace_identifier) @name) @definition.namespace
(namespace_definition name: (nested_namespace_specifier [
  ((namespace_identifier) @scope . (namespace_identifier) @name)
  ((namespace_identifier) @scope . (nested_namespace_specifier [
    ((namespace_identifier) @scope . (namespace_identifier) @name)
    ((namespace_identifier) @scope . (nested_namespace_specifier
      (namespace_identifier) @scope . (namespace_identifier) @name))
  ]))
])) @definition.namespace
(namespace_alias_definition name: (namespace_identifier) @name) @definition.namespace

; fields
(field_declaration declarator: [
  (field_identifier) @name
  (pointer_declarator [(field_identifier) @name (_ declarator: (field_identifier) @name)])
  (reference_declarator (field_identifier) @name)
  (array_declarator declarator: [
    (field_identifier) @name
    (_ declarator: (field_identifier) @name)
  ])
  (_ declarator: [
    (parenthesized_declarator
      (_ declarator: [(field_identifier) @name (_ declarator: (field_identifier) @name)]))
    (function_declarator declarator: (parenthesized_declarator
      (_ declarator: [(field_identifier) @name (_ declarator: (field_identifier) @name)])))
  ])
]) @definition.field

; macros
(preproc_def name: (identifier) @name) @definition.macro
(preproc_function_def name: (identifier) @name value: (_)? @body) @definition.macro

; includes
(preproc_include path: (_) @module.include)
(using_declaration [(identifier) (qualified_identifier)] @module.use)
(using_declaration [
  (identifier) @reference.import
  (qualified_identifier name: [
    (identifier) @reference.import
    (qualified_identifier name: (identifier) @reference.import)
  ])
])

; docstrings
(comment) @comment
; one above `template <...>` on a line of its own
((template_declaration "template" @comment parameters: (_) @comment) @_template
  (#match? @_template "^template[ \\t]*<([^\\n<>]|<[^\\n<>]*>)*>[ \\t]*\\r?\\n"))

; references
(call_expression function: [
  (identifier) @reference.call
  (template_function name: (identifier) @reference.call)
  (field_expression field: [
    (field_identifier) @reference.call
    (template_method name: (field_identifier) @reference.call)
  ])
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
(base_class_clause [
  (type_identifier) @reference.inherit
  (template_type name: (type_identifier) @reference.inherit)
  (qualified_identifier name: [
    (type_identifier) @reference.inherit
    (template_type name: (type_identifier) @reference.inherit)
    (qualified_identifier name: [
      (type_identifier) @reference.inherit
      (template_type name: (type_identifier) @reference.inherit)
    ])
  ])
])
(attribute name: (identifier) @reference.annotation)
(type_identifier) @reference.type
(field_identifier) @reference.attribute
(namespace_identifier) @reference.identifier
(identifier) @reference.identifier
