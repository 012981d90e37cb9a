# flagday completion for bash 4.4 or later
_flagday() {
    mapfile -t COMPREPLY < <(
        _FLAGDAY_COMPLETE=bash "$1" "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null
    )
}
complete -o default -o nosort -F _flagday flagday
