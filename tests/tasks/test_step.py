"""A step as Prefect sees it."""


def test_a_step_and_what_it_maps_have_none_of_the_tags_of_the_run(prefect):  # noqa: ARG001 -- serves
    from prefect import flow, runtime, tags, task  # noqa: PLC0415 -- after its server is there

    from tasks.step import step, untagged  # noqa: PLC0415 -- imports Prefect

    @task
    def part(_number):
        return runtime.task_run.tags

    @step(1, "look")
    def look():
        return runtime.task_run.tags

    @flow
    def run():
        with untagged():
            mapped = part.map([1, 2]).result()
        return look(), mapped, runtime.flow_run.tags

    with tags("index here"):
        found = run()

    assert found == ([], [[], []], ["index here"])
