"""Checks after a deploy that what runs in AWS is what was asked for, through boto3 only.

It reads and never changes anything; rules about the description itself belong to `model/` and
`planning/`, rules about resources before they exist to the policies.
"""

from tools.doctor.finding import Finding
from tools.doctor.runner import run

__all__ = ["Finding", "run"]
