"""The ways that are gone most are short, and stay so."""

from tests.project.ways import ways

AT_MOST = {
    "a mail, from notice to frame": (52, 29),
    "GET /v1/inboxes/{inboxId}/messages": (47, 33),
    "POST /api/v1/emails, to sent": (70, 36),
}
"""Files entered and package changes. Whoever makes a way shorter lowers them."""


def test_each_way_ends_where_it_should_and_is_no_longer_than_it_was() -> None:
    figures = {name: (len(way.files), way.package_changes) for name, way in ways().items()}

    assert figures.keys() == AT_MOST.keys()
    for name, (files, changes) in AT_MOST.items():
        assert figures[name][0] <= files and figures[name][1] <= changes, (name, figures[name])
