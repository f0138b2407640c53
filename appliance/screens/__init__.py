"""The screens: each renders one value of appliance/view.py and reports touches by target name; none decides anything.

They are Python without .kv files: every place is computed once from the panel's millimetres, so that there is nothing
for kv's bindings to follow, and parsing kv costs a slow board a tenth of its start-up time.
"""
