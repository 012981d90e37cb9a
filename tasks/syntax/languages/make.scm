; targets; special ones are directives, patterns are rules, and what holds a `=` is an assignment
; to a computed name, which the grammar does not know: what follows it is lost up to the next rule
((rule (targets (word) @name) @_targets) @definition.target
  (#not-match? @_targets "=")
  (#not-match? @name "^\\.[A-Z_]+$|%"))
(rule (recipe) @body)

; variables, also of several lines
(variable_assignment name: (word) @name) @definition.variable
(define_directive name: (word) @name) @definition.variable

; docstrings
(comment) @comment

; included makefiles
(include_directive filenames: (list (word) @module.include))

; references
(prerequisites (word) @reference.identifier)
(variable_reference (word) @reference.identifier)
(substitution_reference text: (word) @reference.identifier)
(ifdef_directive variable: (word) @reference.identifier)
(export_directive variables: (list (word) @reference.identifier))
(unexport_directive variables: (list (word) @reference.identifier))
(undefine_directive variable: (word) @reference.identifier)
