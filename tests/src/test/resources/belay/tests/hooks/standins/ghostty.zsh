# As Ghostty: all is put off to the first prompt, where hooks and widgets are installed, its precmd
# behind all others.
stand_in_init() {
  precmd_functions=(${precmd_functions:#stand_in_init})
  stand_in_precmd() {
    local stand_in_status=$?
    print $stand_in_status >>~/seen
    print -n "\e]133;D;$stand_in_status\a"
    [[ $PS1 == *'133;A'* ]] || PS1=$'%{\e]133;A\a%}'$PS1$'%{\e]133;B\a%}'
    precmd_functions=(${precmd_functions:#stand_in_precmd} stand_in_precmd)
  }
  stand_in_preexec() { print -n '\e]133;C\a' }
  stand_in_line_init() { print -n '\e[5 q' }
  stand_in_line_finish() { print -n '\e[0 q' }
  autoload -Uz add-zle-hook-widget
  add-zle-hook-widget line-init stand_in_line_init
  add-zle-hook-widget line-finish stand_in_line_finish
  precmd_functions+=(stand_in_precmd)
  preexec_functions+=(stand_in_preexec)
  stand_in_precmd
}
precmd_functions+=(stand_in_init)
