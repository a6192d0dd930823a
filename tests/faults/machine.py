"""How long state machines run."""

import os

from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test

EXAMPLES = int(os.environ.get("MAYFLY_EXAMPLES", "5"))
STEPS = int(os.environ.get("MAYFLY_STEPS", "30"))
CLOSED_AFTER = 2  # hours; API Gateway does so, and says it to nobody


def run(machine: type[RuleBasedStateMachine]) -> None:
    """Always the same examples, as many as the environment says."""
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            derandomize=True,
            deadline=None,
            database=None,
            phases=(Phase.generate,),
            suppress_health_check=list(HealthCheck),
        ),
    )
