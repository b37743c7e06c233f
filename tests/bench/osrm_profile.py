"""Lua profile for OSRM that has exactly our speeds: a table by number of the way, and no costs of turns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from bibliobus.network.roads.profile import IMPASSABLE_MS, MS_PER_DM_KMH

if TYPE_CHECKING:
    from pathlib import Path

    from bibliobus.network.osm.roads import OsmRoads
    from bibliobus.network.roads.network import RoadNetwork
    from bibliobus.network.roads.profile import StepTimes

PROFILE: Final = """\
api_version = 4

local speeds = {{
{speeds}
}}

local barriers = {{
{barriers}
}}

function setup()
  return {{
    properties = {{
      weight_name = 'duration',
      max_speed_for_map_matching = 50,
      call_tagless_node_function = false,
      use_turn_restrictions = true,
      continue_straight_at_waypoint = false,
      u_turn_penalty = 0,
      traffic_light_penalty = 0
    }},
    restrictions = {{'bus', 'psv', 'motor_vehicle', 'vehicle'}}
  }}
end

function process_node(profile, node, result)
  result.barrier = barriers[node:id()] or false
end

function process_way(profile, way, result)
  local kmh = speeds[way:id()]
  if not kmh then return end
  if kmh[1] > 0 then
    result.forward_mode = mode.driving
    result.forward_speed = kmh[1]
  end
  if kmh[2] > 0 then
    result.backward_mode = mode.driving
    result.backward_speed = kmh[2]
  end
end

function process_turn(profile, turn)
  turn.duration = 0
  turn.weight = 0
end

return {{ setup = setup, process_node = process_node, process_way = process_way, process_turn = process_turn }}
"""


def write_profile(path: Path, roads: OsmRoads, network: RoadNetwork, times: StepTimes) -> None:
    """
    Write the profile.

    Parameters
    ----------
    path
        File to write.
    roads
        Roads as they stand in the file; their barriers are taken.
    network
        The same roads as a network.
    times
        How long the bus takes for each step. A way has one speed a direction in OSRM: where fords slow the bus down,
        that is its mean.
    """
    along, against = (_find_mean_kmh(network, times, direction) for direction in (0, 1))
    rows = zip(network.ways.way_id.tolist(), along.tolist(), against.tolist(), strict=True)
    speeds = "\n".join(f"[{way}]={{{a:.6g},{b:.6g}}}," for way, a, b in rows if a > 0 or b > 0)
    barred = roads.barrier | _find_barred_fords(network, times)
    barriers = "\n".join(f"[{node}]=true," for node in roads.point_id[barred].tolist())
    path.write_text(PROFILE.format(speeds=speeds, barriers=barriers), encoding="utf-8", newline="\n")


def _find_barred_fords(network: RoadNetwork, times: StepTimes) -> np.ndarray:
    """Points beside which a ford closes all segments: for OSRM they are barriers."""
    points = np.arange(len(network.point_lat))
    ends = np.stack([network.segment_from, network.segment_to])
    barred = network.segment_ford & ~times.usable
    touched = [np.bincount(ends[:, some].ravel(), minlength=len(points)) for some in (barred, ~barred)]
    return (touched[0] > 0) & (touched[1] == 0)


def _find_mean_kmh(network: RoadNetwork, times: StepTimes, direction: int) -> np.ndarray:
    """Kilometres an hour of each way in one direction; 0 where it cannot be driven."""
    ms = times.step_ms[direction::2]
    driven = ms < IMPASSABLE_MS
    way, ways = network.segment_way[driven], len(network.ways)
    total_ms = np.bincount(way, weights=ms[driven], minlength=ways)
    total_dm = np.bincount(way, weights=network.segment_dm[driven], minlength=ways)
    kmh: np.ndarray = np.where(total_ms > 0, total_dm * MS_PER_DM_KMH / np.maximum(total_ms, 1), 0)
    return kmh
