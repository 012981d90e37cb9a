; functions and macros
(function_def (function_command
  (argument_list . (argument (unquoted_argument) @name)))) @definition.function
(function_def (body) @body)
(macro_def (macro_command
  (argument_list . (argument (unquoted_argument) @name)))) @definition.macro
(macro_def (body) @body)

; targets, projects, variables: those of functions are locals
((normal_command (identifier) @_command
  (argument_list . (argument (unquoted_argument) @name))) @definition.target
  (#any-of? @_command 
    "add_custom_target" "add_executable" "add_library"
    "ADD_CUSTOM_TARGET" "ADD_EXECUTABLE" "ADD_LIBRARY")
  (#not-match? @name "[$]"))
((normal_command (identifier) @_command
  (argument_list . (argument (unquoted_argument) @name))) @definition.package
  (#any-of? @_command "project" "PROJECT")
  (#not-match? @name "[$]"))
((normal_command (identifier) @_command
  (argument_list . (argument (unquoted_argument) @name))) @definition.variable
  (#any-of? @_command "option" "set" "OPTION" "SET")
  (#not-match? @name "[${]"))

; docstrings
(line_comment) @comment
(bracket_comment) @comment

; imports
((normal_command (identifier) @_command
  (argument_list . (argument [(unquoted_argument) (quoted_argument)] @module.include)))
  (#any-of? @_command "add_subdirectory" "include" "ADD_SUBDIRECTORY" "INCLUDE"))
((normal_command (identifier) @_command
  (argument_list . (argument (unquoted_argument) @module.require @reference.import)))
  (#any-of? @_command "find_package" "FIND_PACKAGE"))

; references: any word that is no keyword may name a target or a variable
(normal_command (identifier) @reference.call)
(variable) @reference.identifier
((argument (unquoted_argument) @reference.identifier)
  (#match? @reference.identifier "^[A-Za-z_][A-Za-z0-9_:-]*$"))
