"""Names by which services find each other: AWS Cloud Map."""

from sandbox.aws.common import by_id
from sandbox.aws.kind import AwsKind, Call, Resource
from sandbox.aws.naming import Naming
from sandbox.provider import Plain


def _made_by_operation(resource: Resource) -> str:
    # Cloud Map works in the background, and answers with the operation instead of the namespace.
    answer = resource.call("GetOperation", OperationId=resource.record["OperationId"])
    return answer["Operation"]["Targets"]["NAMESPACE"]


def _find_namespace(resource: Resource) -> Plain:
    return resource.call("GetNamespace", Id=resource.id)["Namespace"]


KINDS = {
    "aws:servicediscovery/httpNamespace:HttpNamespace": AwsKind(
        service="servicediscovery",
        create=Call(operation="CreateHttpNamespace"),
        id=_made_by_operation,
        find=_find_namespace,
        find_after_create=True,
        outputs={"arn": "Arn", "httpName": "Properties.HttpProperties.HttpName"},
        delete=by_id("DeleteNamespace", "Id"),
        naming=Naming(
            property="name",
            limit=1024,
            pattern=r"(?!arn:)[!-~]+",
            words="characters other than blanks",
        ),
    ),
}
