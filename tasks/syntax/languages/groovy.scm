; The grammar knows commands and blocks only: what a word means is told by the word before it.

((source_file (command . (unit (identifier) @_word) . (unit) @name) @definition.package)
  (#eq? @_word "package"))

; types; their body is what follows the name in its block
((_ (unit (identifier) @_word) . [
  (unit . (identifier) @name)
  (unit (generics_class . (identifier) @name))
  (block . (unit . (identifier) @name))
  (block . (unit (generics_class . (identifier) @name)))
]) @definition.class
  (#eq? @_word "class"))
((_ (unit (identifier) @_word) . [
  (unit . (identifier) @name)
  (block . (unit . (identifier) @name))
]) @definition.interface
  (#eq? @_word "interface"))
((_ (unit (identifier) @_word) . [
  (unit . (identifier) @name)
  (block . (unit . (identifier) @name))
]) @definition.trait
  (#eq? @_word "trait"))
((_ (unit (identifier) @_word) . (block . (unit . (identifier) @name))) @definition.enum
  (#eq? @_word "enum"))
(block . (unit) "{" @body)

; methods: a name with arguments behind a type or a modifier
((_
  [(unit (identifier) @_word) (unit (generics_class) @_word)]
  . (block . (unit . (func . (identifier) @name)))) @definition.method
  (#not-match? @_word "^(as|assert|else|in|instanceof|new|return|task|throw)$"))
((_ (unit (identifier) @_word) . (unit . (func . (identifier) @name))) @definition.method
  (#any-of? @_word "boolean" "def" "int" "long" "void"))

; variables of a class or a script
((_
  [(unit (identifier) @_word) (unit (generics_class) @_word)]
  . (unit . (identifier) @name .) . (operators) @_operator) @definition.variable
  (#eq? @_operator "=")
  (#not-match? @_word "^(assert|return)$"))

; docstrings
(block_comment) @comment
(line_comment) @comment

; imports
((source_file
  (command . (unit (identifier) @_word) . (unit (identifier) @reference.import .) @module.import))
  (#eq? @_word "import")
  (#not-eq? @module.import "static"))
((source_file (command
  . (unit (identifier) @_word) . (unit (identifier) @_static)
  . (unit (identifier) @reference.import .) @module.import))
  (#eq? @_word "import")
  (#eq? @_static "static"))

; references
(func . (identifier) @reference.call)
((unit (identifier) (identifier) @reference.attribute .))
((_ (unit (identifier) @_word) . [
  (unit (identifier) @reference.inherit .)
  (block . (unit (identifier) @reference.inherit .))
])
  (#any-of? @_word "extends" "implements"))
(decorate (identifier) @reference.annotation)
(generics_class (identifier) @reference.type)
(identifier) @reference.identifier
