; what stands open over many nodes is asked of them alone
(preproc_ifdef) @_root
(preproc_if) @_root
(preproc_elif) @_root
(preproc_elifdef) @_root
(preproc_else) @_root
(declaration_list) @_root
(linkage_specification) @_root

; functions
(function_definition
  declarator: [(function_declarator) (pointer_declarator) (parenthesized_declarator)]
  body: (compound_statement) @body) @definition.function
(function_definition declarator: [
  (function_declarator declarator: (identifier) @name)
  (pointer_declarator declarator: [
    (function_declarator declarator: (identifier) @name)
    (pointer_declarator declarator: (function_declarator declarator: (identifier) @name))
  ])
  (function_declarator declarator: (parenthesized_declarator [
    (identifier) @name
    (function_declarator declarator: (identifier) @name)
    (pointer_declarator declarator: (function_declarator declarator: (identifier) @name))
  ]))
])

; functions behind a macro: SYSCALL_DEFINE1(name, ...) { ... }
((translation_unit
  (expression_statement (call_expression
    function: (identifier) @_macro arguments: (argument_list . (identifier) @name)))
  @definition.function . (compound_statement) @tail @body)
  (#match? @_macro "^[A-Z0-9_]+$"))
((preproc_if
  (expression_statement (call_expression
    function: (identifier) @_macro arguments: (argument_list . (identifier) @name)))
  @definition.function . (compound_statement) @tail @body)
  (#match? @_macro "^[A-Z0-9_]+$"))
((preproc_ifdef
  (expression_statement (call_expression
    function: (identifier) @_macro arguments: (argument_list . (identifier) @name)))
  @definition.function . (compound_statement) @tail @body)
  (#match? @_macro "^[A-Z0-9_]+$"))

; functions without a type, also with their parameters declared behind them
((translation_unit
  (expression_statement (call_expression
    function: (identifier) @name arguments: (argument_list)))
  @definition.function . (compound_statement) @tail @body)
  (#not-match? @name "^[A-Z0-9_]+$"))
((translation_unit
  (expression_statement (call_expression
    function: (identifier) @name arguments: (argument_list)))
  @definition.function . (declaration)+ . (compound_statement))
  (#not-match? @name "^[A-Z0-9_]+$"))
((function_definition
  type: (type_identifier) @name declarator: (parenthesized_declarator (identifier)))
  (#not-match? @name "^[A-Z0-9_]+$"))
((function_definition
  type: (type_identifier) @_macro declarator: (parenthesized_declarator (identifier) @name))
  (#match? @_macro "^[A-Z0-9_]+$"))

; prototypes
(declaration declarator: [
  (function_declarator declarator: (identifier) @name)
  (pointer_declarator declarator: [
    (function_declarator declarator: (identifier) @name)
    (pointer_declarator declarator: (function_declarator declarator: (identifier) @name))
  ])
  (function_declarator declarator: (parenthesized_declarator
    (pointer_declarator declarator: (function_declarator declarator: (identifier) @name))))
]) @definition.prototype
; prototypes with an attribute macro behind the parameters: int f(int) __THROW;
((ERROR (function_declarator declarator: (identifier) @name) @definition.prototype)
(#not-match? @name "^(for|if|return|sizeof|switch|while)$"))

; variables of a file; a prototype among them keeps its own type
; (what is filtered out are words of declarations that did not parse)
((translation_unit (declaration declarator: [
  (identifier) @name
  (_ declarator: [
    (identifier) @name
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
(#not-match? @name "^_{2,}[a-z_]*(aligned|exit|in_smp|init(const|data)?|layout|mostly|used)$")
(#not-match? @name "^_{2,}(always_inline|must_check|packed|rcu|ref(data)?|user|visible|weak)$")
(#not-match? @name "^(const|enum|int|long|no(inline|trace)|struct|unsigned|void)$"))
((linkage_specification (declaration declarator: [
  (identifier) @name
  (_ declarator: [
    (identifier) @name
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
(#not-match? @name "^_{2,}[a-z_]*(aligned|exit|in_smp|init(const|data)?|layout|mostly|used)$")
(#not-match? @name "^_{2,}(always_inline|must_check|packed|rcu|ref(data)?|user|visible|weak)$")
(#not-match? @name "^(const|enum|int|long|no(inline|trace)|struct|unsigned|void)$"))
((declaration_list (declaration declarator: [
  (identifier) @name
  (_ declarator: [
    (identifier) @name
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
(#not-match? @name "^_{2,}[a-z_]*(aligned|exit|in_smp|init(const|data)?|layout|mostly|used)$")
(#not-match? @name "^_{2,}(always_inline|must_check|packed|rcu|ref(data)?|user|visible|weak)$")
(#not-match? @name "^(const|enum|int|long|no(inline|trace)|struct|unsigned|void)$"))
((preproc_ifdef (declaration declarator: [
  (identifier) @name
  (_ declarator: [
    (identifier) @name
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
(#not-match? @name "^_{2,}[a-z_]*(aligned|exit|in_smp|init(const|data)?|layout|mostly|used)$")
(#not-match? @name "^_{2,}(always_inline|must_check|packed|rcu|ref(data)?|user|visible|weak)$")
(#not-match? @name "^(const|enum|int|long|no(inline|trace)|struct|unsigned|void)$"))
((preproc_if (declaration declarator: [
  (identifier) @name
  (_ declarator: [
    (identifier) @name
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
(#not-match? @name "^_{2,}[a-z_]*(aligned|exit|in_smp|init(const|data)?|layout|mostly|used)$")
(#not-match? @name "^_{2,}(always_inline|must_check|packed|rcu|ref(data)?|user|visible|weak)$")
(#not-match? @name "^(const|enum|int|long|no(inline|trace)|struct|unsigned|void)$"))
((preproc_elif (declaration declarator: [
  (identifier) @name
  (_ declarator: [
    (identifier) @name
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
(#not-match? @name "^_{2,}[a-z_]*(aligned|exit|in_smp|init(const|data)?|layout|mostly|used)$")
(#not-match? @name "^_{2,}(always_inline|must_check|packed|rcu|ref(data)?|user|visible|weak)$")
(#not-match? @name "^(const|enum|int|long|no(inline|trace)|struct|unsigned|void)$"))
((preproc_elifdef (declaration declarator: [
  (identifier) @name
  (_ declarator: [
    (identifier) @name
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
(#not-match? @name "^_{2,}[a-z_]*(aligned|exit|in_smp|init(const|data)?|layout|mostly|used)$")
(#not-match? @name "^_{2,}(always_inline|must_check|packed|rcu|ref(data)?|user|visible|weak)$")
(#not-match? @name "^(const|enum|int|long|no(inline|trace)|struct|unsigned|void)$"))
((preproc_else (declaration declarator: [
  (identifier) @name
  (_ declarator: [
    (identifier) @name
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
(#not-match? @name "^_{2,}[a-z_]*(aligned|exit|in_smp|init(const|data)?|layout|mostly|used)$")
(#not-match? @name "^_{2,}(always_inline|must_check|packed|rcu|ref(data)?|user|visible|weak)$")
(#not-match? @name "^(const|enum|int|long|no(inline|trace)|struct|unsigned|void)$"))

; variables with an attribute macro behind the name: int x __initdata = 1;
((declaration
  (ERROR [(identifier) @name (_ declarator: (identifier) @name)]) .
  declarator: [(identifier) @_macro (init_declarator declarator: (identifier) @_macro)])
@definition.variable
(#match? @_macro "^__"))

; variables that a macro defines
((declaration
  type: (type_identifier) @_macro @reference.call
  declarator: (parenthesized_declarator (identifier) @name)) @definition.variable
(#not-match? @_macro "ATTR|SHOW"))
((declaration type: (macro_type_specifier
  name: (identifier) @_macro @reference.call
  type: (_)
  (ERROR (identifier) @name))) @definition.variable
(#match? @_macro "PER_CPU"))
((translation_unit (expression_statement (call_expression
  function: (identifier) @_macro
  arguments: (argument_list (identifier) @name .))) @definition.variable)
(#match? @_macro
  "^(DEFINE|DECLARE)_([A-Z_]*LOCK|ID[AR]|MUTEX|PER_CPU|RWSEM|SEMA|STATIC_KEY|WAIT)|^LIST_HEAD$"))

; types
(struct_specifier name: (type_identifier) @name body: (_) @body) @definition.struct
(union_specifier name: (type_identifier) @name body: (_) @body) @definition.union
; with an attribute macro before the name, which the grammar takes for a function
(function_definition
  type: (struct_specifier !body) declarator: (identifier) @name body: (_) @body) @definition.struct
(function_definition
  type: (union_specifier !body) declarator: (identifier) @name body: (_) @body) @definition.union
(function_definition
  type: [(struct_specifier !body) (union_specifier !body)]
  declarator: (identifier)
  body: (compound_statement (declaration declarator: [
    (identifier) @name
    (_ declarator: [(identifier) @name (_ declarator: (identifier) @name)])
  ]) @definition.field))
(enum_specifier name: (type_identifier) @name body: (_) @body) @definition.enum
(enumerator name: (identifier) @name) @definition.enumerator
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

; fields
((field_declaration declarator: [
  (field_identifier) @name
  (_ declarator: [
    (field_identifier) @name
    (_ declarator: [
      (field_identifier) @name
      (_ declarator: (field_identifier) @name)
      (parenthesized_declarator (_ declarator: (field_identifier) @name))
    ])
    (parenthesized_declarator [
      (field_identifier) @name
      (_ declarator: [(field_identifier) @name (_ declarator: (field_identifier) @name)])
    ])
  ])
]) @definition.field
(#not-match? @name "^_{2,}[a-z_]*(aligned|in_smp|iomem|must_check|packed|percpu|rcu|user)$"))
((field_declaration
  (ERROR [(field_identifier) @name (_ declarator: (field_identifier) @name)])) @definition.field
(#not-match? @name "^__"))

; macros
(preproc_def name: (identifier) @name) @definition.macro
(preproc_function_def name: (identifier) @name value: (_)? @body) @definition.macro

; includes
(preproc_include path: (_) @module.include)

; docstrings
(comment) @comment

; references
(call_expression function: (identifier) @reference.call)
(call_expression function: (field_expression field: (field_identifier) @reference.call))
(type_identifier) @reference.type
(field_identifier) @reference.attribute
(identifier) @reference.identifier
