"""Which kind of builder a section of the plan is."""

from tasks import plan
from tasks.builders.builder import Builder
from tasks.builders.command import Command
from tasks.builders.deployment import Deployment
from tasks.builders.pid_file import PidFile
from tasks.builders.systemd import SystemdUnit


def builder_of(section: plan.Builder) -> Builder:
    """Make the builder that a section of the plan describes; nothing is asked of it yet."""
    match section:
        case plan.CommandBuilder():
            return Command(section)
        case plan.SystemdBuilder():
            return SystemdUnit(section)
        case plan.PidFileBuilder():
            return PidFile(section)
        case plan.DeploymentBuilder():
            return Deployment(section)
