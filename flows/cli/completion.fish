# flagday completion for fish 3 or later
function __flagday_complete
    set -l words (commandline -opc) (commandline -ct)
    set -l found (env _FLAGDAY_COMPLETE=fish $words 2>/dev/null)
    if test (count $found) -gt 0
        printf '%s\n' $found
    else
        __fish_complete_path (commandline -ct)
    end
end
complete --command flagday --no-files --arguments '(__flagday_complete)'
