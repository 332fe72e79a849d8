"""Reusable AWS components, one per file; no stack file, no system and no other component in here.

Nothing is imported here: a program loads the components that it uses and with them only the
parts of pulumi_aws that those need (the imports are the larger half of a preview's time).
"""
