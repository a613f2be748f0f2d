// The C++ headers are used by CSentencePiece alone; this module only carries the link flags.
