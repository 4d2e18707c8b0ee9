"""A learning history: its averages and streaks."""

from atlas.core.history import History, PastSession


def history(*rewards: float) -> History:
    return History(99, 0.5, tuple(PastSession(reward, None, None) for reward in rewards))


def test_streaks_are_counted_from_the_last_session_back() -> None:
    assert history(0.9, 0.2, 0.8, 1.0).high_streak == 2
    assert history(0.9, 0.2, 0.8, 1.0).low_streak == 0
    assert history(0.9, 0.4, 0.1).low_streak == 2
    assert history().high_streak == history().low_streak == 0


def test_the_recent_average_is_of_the_sessions_that_are_shown() -> None:
    assert history(0.5, 1.0).recent_average == 0.75
    assert history().recent_average is None
