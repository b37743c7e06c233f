from .cycle import Timetable as Timetable
from .cycle import build_timetable as build_timetable
from .rows import read_timetable as read_timetable
