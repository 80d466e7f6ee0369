"""What Makegood promises on speed, each as a ratio to the bare work, measured in one run on one machine."""

from tools.lock_folder import own_lock_folder

own_lock_folder()
