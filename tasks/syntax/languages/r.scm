; functions under the name that they are assigned to
(binary_operator
  lhs: [
    (identifier) @name
    (string (string_content) @name)
    (extract_operator rhs: (identifier) @name)
  ]
  ["<-" "<<-" "=" ":="]
  rhs: (function_definition body: (_) @body)) @definition.function
(binary_operator
  lhs: (extract_operator lhs: (identifier) @scope)
  rhs: (function_definition))

; variables of the file
(program (binary_operator
  lhs: [(identifier) @name (string (string_content) @name)]
  ["<-" "<<-" "=" ":="]) @definition.variable)
(program (binary_operator ["->" "->>"] rhs: (identifier) @name) @definition.variable)

; classes and methods of S4, of reference classes and of R6
((call
  function: (identifier) @_function
  arguments: (arguments . (argument value: (string (string_content) @name)))) @definition.class
  (#any-of? @_function "setClass" "setClassUnion" "setRefClass" "R6Class"))
((call
  function: (identifier) @_function
  arguments: (arguments . (argument value: (string (string_content) @name)))) @definition.method
  (#any-of? @_function "setGeneric" "setMethod" "setReplaceMethod" "setValidity"))
(call
  function: (identifier) @_list
  arguments: (arguments (argument
    name: (identifier) @name
    value: (function_definition body: (_) @body)) @definition.method)
  (#eq? @_list "list"))

; docstrings
(comment) @comment

; imports
((call
  function: (identifier) @_function
  arguments: (arguments . (argument value: [
    (identifier) @module.use @reference.import
    (string (string_content) @module.use)
  ])))
  (#any-of? @_function "library" "require" "requireNamespace" "loadNamespace"))
((call
  function: (identifier) @_function
  arguments: (arguments . (argument value: (string (string_content) @module.include))))
  (#eq? @_function "source"))

; references
(call function: [
  (identifier) @reference.call
  (extract_operator rhs: (identifier) @reference.call)
  (namespace_operator rhs: (identifier) @reference.call)
])
((argument name: (identifier) @_name value: [
  (identifier) @reference.inherit
  (string (string_content) @reference.inherit)
])
  (#any-of? @_name "contains" "inherit"))
(extract_operator rhs: (identifier) @reference.attribute)
(argument name: (identifier) @reference.attribute)
(identifier) @reference.identifier
