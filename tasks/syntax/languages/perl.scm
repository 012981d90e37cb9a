; packages: one without a block holds the rest of the file, or of the block that it stands in
([(source_file (package_statement (package) @name) @definition.package)
  (ERROR (package_statement (package) @name) @definition.package)])
((source_file (package_statement) @rest) (#not-match? @rest "}$"))
((ERROR (package_statement) @rest) (#not-match? @rest "}$"))
(block (package_statement (package) @name)) @definition.package
(block_statement (package_statement (package) @name)) @definition.package

; classes and roles of 5.38
(class_statement name: (package) @name (block)? @body) @definition.class
(role_statement name: (package) @name (block)? @body) @definition.trait
((source_file (class_statement) @rest) (#not-match? @rest "}$"))

; functions, also anonymous ones under the name that they are bound to
(subroutine_declaration_statement name: (_) @name body: (_)? @body) @definition.function
(method_declaration_statement name: (_) @name body: (_)? @body) @definition.method
(assignment_expression
  left: (glob (varname) @name)
  right: (anonymous_subroutine_expression body: (_) @body)) @definition.function
(assignment_expression
  left: (variable_declaration (scalar (varname) @name))
  right: (anonymous_subroutine_expression body: (_) @body)) @definition.function

; constants, attributes of objects, variables of the file
((use_statement module: (package) @_module (list_expression . (_) @name)) @definition.constant
  (#eq? @_module "constant"))
((use_statement
  module: (package) @_module
  (anonymous_hash_expression (list_expression (autoquoted_bareword) @name))) @definition.constant
  (#eq? @_module "constant"))
((ambiguous_function_call_expression
  function: (function) @_function
  . arguments: [
    (autoquoted_bareword) @name
    (list_expression . (autoquoted_bareword) @name)
    (string_literal (string_content) @name)
    (list_expression . (string_literal (string_content) @name))
  ]) @definition.property
  (#eq? @_function "has"))
(source_file (expression_statement [
  (assignment_expression left: (variable_declaration (_ (varname) @name)))
  (variable_declaration (_ (varname) @name))
] @definition.variable))

; docstrings
(comment) @comment

; imports
(use_statement module: (package) @module.use @reference.import)
(require_expression [
  (bareword) @module.require @reference.import
  (string_literal (string_content) @module.require)
  (interpolated_string_literal (string_content) @module.require)
])

; references: behind a sigil or an arrow there may be an expression
(function_call_expression function: (function) @reference.call)
(function_call_expression function: (function (varname) @reference.call))
(ambiguous_function_call_expression function: (function) @reference.call)
(method_call_expression method: (method) @reference.call)
(method_call_expression invocant: (bareword) @reference.type)
((use_statement module: (package) @_module [
  (string_literal (string_content) @reference.inherit)
  (quoted_word_list (string_content) @reference.inherit)
])
  (#any-of? @_module "base" "parent")
  (#not-match? @reference.inherit "\\s|^-"))
(hash_element_expression key: (autoquoted_bareword) @reference.attribute)
(varname) @reference.identifier
(bareword) @reference.identifier
(function (_)) @no.name
(method (_)) @no.name
(varname (_)) @no.name
