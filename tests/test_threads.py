import threading
import time

import pytest

from industag.threads import map_in_threads


def test_results_come_in_order_whatever_takes_longest():
    def slowly(number):
        time.sleep(0.02 if number % 3 == 0 else 0)
        return number * number

    assert list(map_in_threads(slowly, range(20), threads=3)) == [number * number for number in range(20)]


def test_only_a_few_items_are_under_way():
    taken = []
    results = map_in_threads(str, (taken.append(number) or number for number in range(1000)), threads=2)
    assert next(results) == "0"
    assert len(taken) <= 6
    results.close()


def test_an_error_comes_where_its_result_would():
    results = map_in_threads(lambda number: 6 // number, [3, 2, 0, 1], threads=2)
    assert [next(results), next(results)] == [2, 3]
    with pytest.raises(ZeroDivisionError):
        next(results)


def test_the_threads_are_others_than_the_callers():
    names = set(map_in_threads(lambda _: threading.current_thread().name, range(8), threads=2))
    assert threading.current_thread().name not in names
