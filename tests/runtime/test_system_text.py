from atlas.runtime.system_text import system_text


def test_blocks_follow_the_orders_in_a_fixed_form() -> None:
    assert system_text("Orders.\n", "- When x: y", ["Look twice.", "Say it."]) == (
        "Orders.\n\n"
        ">>> Student Playbook >>>\n- When x: y\n>>> End Student Playbook >>>\n\n"
        ">>> Teacher Guidance >>>\n- Look twice.\n- Say it.\n>>> End Teacher Guidance >>>"
    )


def test_empty_blocks_are_absent() -> None:
    assert system_text("Orders.", "", []) == "Orders."
