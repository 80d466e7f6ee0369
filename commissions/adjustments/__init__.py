"""What besides delivery bears on an account: adjustments, holdback, holds, gates."""
