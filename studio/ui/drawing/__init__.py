"""What a drawing starts from and how it is steered: pictures, videos, masks, LoRAs, rare settings."""
