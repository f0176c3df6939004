@rem Windows has no exec. Scripts in package.json begin with it, so that signals reach the program and arguments its end.
@%*
