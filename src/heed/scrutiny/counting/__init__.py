"""How many children, by a dated definition: figures that two people publish and nobody lowers quietly."""
