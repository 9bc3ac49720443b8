from __future__ import annotations

from pathlib import Path

from tests.cli.running import SAMPLE, jxc, process


def test_the_demo_shows_what_a_person_wants_to_see() -> None:
    ran = jxc("demo")
    assert (ran.status, ran.err) == (0, "")
    assert "cost of sales 销售成本" in ran.out
    for month in range(1, 7):
        assert f"\n2026-0{month} " in ran.out
    for method in ("fifo", "moving_average", "lifo", "hifo"):
        assert f"\n{method} " in ran.out
    assert "西湖龙井" in ran.out
    assert ran.out.count("error [insufficient_stock]") == 2
    assert ran.out.count("error [missing_cost]") == 1
    assert "landed cost LC" in ran.out
    assert "NOT everything is in these figures: 3 of 4,151 rows are left out." in ran.out


def test_the_sample_can_be_copied_and_valued_as_the_demo_says(tmp_path: Path) -> None:
    assert jxc("demo", "--save", tmp_path).status == 0
    for path in SAMPLE.glob("*.csv"):
        assert (tmp_path / path.name).read_bytes() == path.read_bytes()
    assert jxc("demo", "--save", tmp_path).status == 0
    (tmp_path / "sales.csv").write_text("mine", "utf-8")
    ran = jxc("demo", "--save", tmp_path)
    assert ran.status == 2
    assert ran.err.startswith("error [file_exists]: ")
    assert (tmp_path / "sales.csv").read_text("utf-8") == "mine"


def test_the_commands_that_the_demo_proposes_run(tmp_path: Path, monkeypatch: object) -> None:
    lines = jxc("demo").out.split("What to try next\n\n")[1].splitlines()
    assert jxc("demo", "--save", tmp_path).status == 0
    for line in lines[1:]:
        words = line.split(" -m jxc ")[1].split("      (")[0].split()
        words = [str(tmp_path / word) if word.endswith(".csv") else word for word in words]
        assert jxc(*words).status == (0 if "--help" in words else 1), line


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    assert jxc("demo", "--save", tmp_path / "file" / "inside").err.startswith("error [cannot_write]: ")


def test_the_example_is_the_demo() -> None:
    import subprocess
    import sys

    from tests.cli.running import ROOT

    done = subprocess.run(
        [sys.executable, ROOT / "examples" / "demo.py", "--help"],
        env={"PYTHONPATH": str(ROOT / "src")},
        capture_output=True,
        check=True,
    )
    assert done.stdout.startswith(b"usage: python -m jxc demo")


def test_the_demo_writes_the_same_bytes_each_time() -> None:
    assert process("demo", PYTHONHASHSEED="1").out == process("demo", PYTHONHASHSEED="2").out
