"""Official names, codes and positions of settlements, joined."""
