# As atuin: hooks that record each line with its status, and a search on Ctrl-R and Up.
autoload -Uz add-zsh-hook
stand_in_preexec() { print -r -- $1 >>~/recorded }
stand_in_precmd() { print $? >>~/seen }
add-zsh-hook preexec stand_in_preexec
add-zsh-hook precmd stand_in_precmd
stand_in_search() {
  emulate -L zsh
  zle -I
  BUFFER=$(fc -ln -1) CURSOR=$#BUFFER
  zle reset-prompt
}
zle -N stand-in-search stand_in_search
bindkey '^R' stand-in-search
bindkey '^[[A' stand-in-search
bindkey '^[OA' stand-in-search
