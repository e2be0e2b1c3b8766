# As the instant prompt of powerlevel10k: a prompt is drawn at once, and until the first real one
# the start files read from /dev/null and write into a file, which is then shown.
print -rn -- '~ instant > '
exec {stand_in_0}<&0 {stand_in_1}>&1 {stand_in_2}>&2 0</dev/null 1>~/captured 2>&1
unsetopt prompt_cr prompt_sp
stand_in_restore() {
  exec 0<&$stand_in_0 1>&$stand_in_1 2>&$stand_in_2
  exec {stand_in_0}<&- {stand_in_1}>&- {stand_in_2}>&-
  print -rn -- $'\r\e[J'"$(<~/captured)"
  setopt prompt_cr prompt_sp
  precmd_functions=(${precmd_functions:#stand_in_restore})
}
stand_in_precmd() { print $? >>~/seen }
precmd_functions+=(stand_in_precmd stand_in_restore)
PS1="%F{4}%~%f $PS1"
print 'what a start file says'
