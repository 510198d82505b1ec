"""That the benchmarks measure what they say; never how fast anything is."""

import json

import pytest
from django.core.management import call_command

pytest.importorskip("psutil", reason="the extra `bench` is not installed")

from classifier.imaging import decode_photo
from exhibition import benchmarks
from exhibition.management.commands import bench


def test_a_ratio_is_that_of_the_medians():
    found = benchmarks._compared([0.2, 0.3, 0.9], [0.1, 0.15, 0.2])
    assert found["ratio"] == pytest.approx(2)
    assert (found["ms"], found["limit_ms"], found["samples"]) == (pytest.approx(300), pytest.approx(150), 3)


def test_the_photograph_is_a_terminals():
    photo = benchmarks.kiosk_photo()
    assert photo.startswith(b"\xff\xd8\xff")
    assert decode_photo(photo).pixels.shape == (1280, 1280, 3)


def test_a_stopwatch_adds_up_and_changes_no_answer():
    class Session:
        def run(self, outputs: object, inputs: object) -> tuple[object, object]:
            return outputs, inputs

    watch = benchmarks.Stopwatch(Session())
    assert watch.run(1, 2) == (1, 2)
    first = watch.seconds
    watch.run(1, 2)
    assert watch.seconds > first > 0


def test_every_figure_of_the_table_is_in_the_last_line(capsys):
    figures = {"B3": {"ratio": 1.23456, "samples": 5}}
    bench.Command().show(figures)
    *_, last = capsys.readouterr().out.splitlines()
    said = json.loads(last)
    assert said["B3"] == {"ratio": 1.2346, "samples": 5}
    assert said["machine"]["cores"] >= 1
    assert said["versions"]["django"]


def test_without_an_exhibit_there_is_no_figure(monkeypatch, capsys):
    monkeypatch.setenv(bench.INSIDE, "1")
    monkeypatch.setattr(benchmarks, "running", lambda: (_ for _ in ()).throw(RuntimeError("not ready")))
    with pytest.raises(bench.CommandError, match="not ready"):
        call_command("bench", quick=True)
    assert "ratio" not in capsys.readouterr().out
