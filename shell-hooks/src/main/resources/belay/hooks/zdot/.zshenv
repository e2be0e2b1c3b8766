# What zsh reads first of all when ZDOTDIR names this directory (zsh(1), STARTUP/SHUTDOWN FILES): the
# user's own file of that name, and then Belay's hook for scripts. An interactive shell goes home.
if [[ -n ${BELAY_ZDOTDIR-} ]]; then ZDOTDIR=$BELAY_ZDOTDIR; else unset ZDOTDIR; fi
# `belay run` took the -f of the script's first line away, for us to be read.
[[ -n ${BELAY_NO_RCS-} || ! -r ${ZDOTDIR-${HOME-}}/.zshenv ]] || source "${ZDOTDIR-${HOME-}}/.zshenv"
unset BELAY_NO_RCS
if [[ ! -o interactive ]]; then
  export BELAY_ZDOTDIR=${ZDOTDIR-} ZDOTDIR=${${(%):-%x}:A:h}
  source "${ZDOTDIR:h}/belay-run.zsh"
fi
